"""Between users and request processors: queues (``lanes``), and who has which session (``sessions``)."""
