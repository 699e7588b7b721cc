"""The console's JSON API: everything that pages and scripts can ask for, and the only way they change anything."""
