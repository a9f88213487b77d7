"""Another Ogrom as a source: every protocol over its HTTP API, so that services can stand in rows.

    with RemoteSources.at("https://shop.example/") as sources:
        product = sources.products.product_by_id(Context(locale="de-DE"), 1)

Needs the extra `remote`.
"""

from .sources import RemoteSources

__all__ = ["RemoteSources"]
