"""The views as marshmallow schemas, for the two frameworks that describe and serialize responses by them."""

from marshmallow import Schema, validate
from marshmallow.fields import Float, Integer, List, Nested, String

from .views import MAX_LIMIT


class PageQuery(Schema):
    """The parameters of a page."""

    limit = Integer(load_default=20, validate=validate.Range(1, MAX_LIMIT))


class Price(Schema):
    """An amount in the currency's smallest unit."""

    amount = Integer()
    currency = String()


class ProductLinks(Schema):
    """The links of a product."""

    self = String()
    category = String()


class Product(Schema):
    """A product."""

    id = Integer()
    title = String()
    brand = String()
    category_id = Integer()
    price = Nested(Price)
    image_url = String()
    revision = Integer()
    updated_at = String()
    links = Nested(ProductLinks)


class Placement(Schema):
    """The place of a product on a collage."""

    product_id = Integer()
    x = Float()
    y = Float()
    width = Float()
    height = Float()
    rotation = Float()
    z = Integer()


class CollageLinks(Schema):
    """The links of a collage."""

    self = String()
    author = String()
    products = String()
    comments = String()
    likes = String()


class Collage(Schema):
    """A collage."""

    id = Integer()
    author_id = Integer()
    title = String()
    placements = List(Nested(Placement))
    revision = Integer()
    created_at = String()
    updated_at = String()
    links = Nested(CollageLinks)


class PageLinks(Schema):
    """The links of a page."""

    self = String()


class CollagePage(Schema):
    """A page of collages."""

    items = List(Nested(Collage))
    next = String(allow_none=True)
    links = Nested(PageLinks)
