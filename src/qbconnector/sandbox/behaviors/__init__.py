"""What an object does beyond storing itself: a file per family of objects, its behaviours in BEHAVIORS."""
