"""The sandbox as QuickBooks for programs that use COM: its objects, its server, and what Windows has to know of it."""
