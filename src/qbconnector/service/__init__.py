"""The connector as a service of the system: systemd, launchd, and Windows' own, behind one interface."""
