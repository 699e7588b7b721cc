"""The console's port: health for machines and a page for people."""
