"""What any Add, Mod, Query, Del and Void does, driven by the specification alone."""
