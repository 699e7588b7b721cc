"""The data port: HTTP as it must be (``http``, ``port``, ``clients``) and the wire protocol on it (``protocol``)."""
