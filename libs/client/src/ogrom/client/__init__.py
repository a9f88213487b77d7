"""Another Ogrom as a source, and the Python client of its API: every protocol over HTTP.

with RemoteSources.at("https://shop.example/") as sources:
product = sources.products.product_by_id(Context(locale="de-DE"), 1)
"""

from .sources import RemoteSources

__all__ = ["RemoteSources"]
