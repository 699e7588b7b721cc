"""Request processors: everything that executes qbXML, behind the one seam in ``base``."""
