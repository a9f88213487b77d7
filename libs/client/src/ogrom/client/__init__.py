"""The Python client of Ogrom's API, and another Ogrom as a source.

with Client("https://shop.example/", "de-DE") as shop:
    for product in shop.get_products(brand="Nuemph"):
        print(product.title)
"""

from .batch import BatchAnswers, Requested, reference, request
from .client import AsyncClient, Client
from .errors import ClientError
from .etag_cache import Answer
from .models import CONTRACT
from .operation import Operation
from .pages import AsyncPages, Pages
from .sources import RemoteSources

__all__ = [
    "CONTRACT",
    "Answer",
    "AsyncClient",
    "AsyncPages",
    "BatchAnswers",
    "Client",
    "ClientError",
    "Operation",
    "Pages",
    "RemoteSources",
    "Requested",
    "reference",
    "request",
]
