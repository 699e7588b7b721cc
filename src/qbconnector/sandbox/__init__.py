"""The embedded QuickBooks: executes qbXML against a company file that is one SQLite database."""
