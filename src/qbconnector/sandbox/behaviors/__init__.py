"""What one kind of object does beyond storing itself: a file per family, its behaviours in the constant BEHAVIORS."""
