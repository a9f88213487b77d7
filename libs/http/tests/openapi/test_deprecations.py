"""What the document says of what is deprecated."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from openapi_spec_validator import validate

from ogrom.http import Deprecation, Endpoint, Exchange, QueryParameters, Resource, always, deprecated
from ogrom.http.openapi import Info, Part, describe

Sort = Annotated[
    Literal["newest", "price", "best"],
    msgspec.Meta(description="The order."),
    deprecated("price", since="2026-12-01", sunset="2027-03-01", instead="best"),
    deprecated("newest", since="2026-12-01"),
]


class Money(msgspec.Struct):
    amount: int


class Query(msgspec.Struct, frozen=True):
    sort: Sort = "best"
    brand: Annotated[str, msgspec.Meta(max_length=9), deprecated(since="2026-12-01")] | None = None


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    sort: Sort | None = None


class View(msgspec.Struct):
    brand: Annotated[
        str,
        deprecated(since="2026-12-01", sunset="2027-03-01", instead="brand_name"),
        msgspec.Meta(description="Whose it is."),
    ]
    price: Annotated[Money | None, deprecated(since="2026-12-01")]
    fee: Annotated[Money, deprecated(since="2026-12-01")]
    note: Annotated[str, deprecated(since="2026-12-01", sunset="2027-03-01")] | None = None


@dataclass(frozen=True)
class Products(Resource[object]):
    """Products."""

    query = QueryParameters(Query)
    created_etag = always(None)
    deprecated: ClassVar = {
        "POST": Deprecation(since="2026-12-01", sunset="2027-03-01", instead="PUT /products/{id}"),
    }

    def handle_ok(self, x: Exchange[Any]) -> View:
        raise NotImplementedError

    def post(self, x: Exchange[object, Draft]) -> None: ...


def document() -> Any:
    return describe((Part("", (Endpoint("products", "/products", Products()),)),), Info("Shop", "1"))


def test_the_document_is_valid() -> None:
    """With all that it says of deprecation."""
    validate(document())


def test_an_operation_is_deprecated_with_its_date_and_header_fields() -> None:
    """Only that one; how it is told is said in words, too."""
    item = document()["paths"]["/products"]
    assert (item["post"]["deprecated"], item["post"]["x-sunset"]) == (True, "2027-03-01")
    assert item["post"]["description"] == (
        "Products.\n\nDeprecated since 2026-12-01, to be removed on 2027-03-01. Use PUT /products/{id} instead."
    )
    assert all(
        {"Deprecation", "Sunset"} <= each["headers"].keys() for each in item["post"]["responses"].values()
    )
    assert not {"deprecated", "x-sunset"} & item["get"].keys()
    assert not any(
        {"Deprecation", "Sunset"} & each["headers"].keys() for each in item["get"]["responses"].values()
    )


def test_parameters_and_their_values_are_deprecated() -> None:
    """A parameter by its object, a value beside those that are allowed."""
    sort, brand = document()["paths"]["/products"]["get"]["parameters"]
    assert sort["schema"] == {
        "enum": ["best", "newest", "price"],
        "x-deprecated-values": {"price": "2027-03-01", "newest": None},
        "default": "best",
    }
    assert sort["description"] == (
        "The order. `price`: Deprecated since 2026-12-01, to be removed on 2027-03-01. Use best instead. "
        "`newest`: Deprecated since 2026-12-01."
    )
    assert "deprecated" not in sort
    assert (brand["deprecated"], brand["description"]) == (True, "Deprecated since 2026-12-01.")
    assert brand["schema"] == {"type": "string", "maxLength": 9}


def test_members_of_content_are_deprecated_whatever_their_type() -> None:
    """Beside a reference, and around what may be null."""
    schemas = document()["components"]["schemas"]
    members, money = schemas["View"]["properties"], {"$ref": "#/components/schemas/Money"}
    once = {"deprecated": True, "description": "Deprecated since 2026-12-01."}
    dated = {
        "deprecated": True,
        "x-sunset": "2027-03-01",
        "description": "Deprecated since 2026-12-01, to be removed on 2027-03-01.",
    }
    assert members["brand"] == {
        **dated,
        "type": "string",
        "description": f"Whose it is. {dated['description']} Use brand_name instead.",
    }
    assert members["price"] == {**once, "anyOf": [money, {"type": "null"}]}
    assert members["fee"] == {**once, **money}
    assert members["note"] == {**dated, "anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    values, null = schemas["Draft"]["properties"]["sort"]["anyOf"]
    assert values["x-deprecated-values"] == {"price": "2027-03-01", "newest": None}
    assert null == {"type": "null"}
