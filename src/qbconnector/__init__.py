"""qbconnector: qbXML over HTTP for QuickBooks Desktop and Point of Sale, and a sandbox that needs neither."""

__version__ = "0.1.0"
