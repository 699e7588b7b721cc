"""A client of the connector, synchronous and asynchronous.

from qbconnector.client import Client

with Client("http://127.0.0.1:8167/", "anna", "secret") as client:
    answer = client.execute(request)
"""

from qbconnector.client.clients import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]
