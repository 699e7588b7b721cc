"""TLS: the connector's certificate, and what is made of it. What is said on a connection belongs to the wire."""
