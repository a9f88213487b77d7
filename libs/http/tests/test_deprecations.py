"""What is deprecated, as authors declare it, as clients are told of it, and what of it a request uses."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest

from ogrom.http import (
    DefinitionError,
    Deprecation,
    Endpoint,
    Exchange,
    Mount,
    QueryParameters,
    Resource,
    Response,
    always,
    deprecated,
)
from ogrom.http.deprecations import Announced, deprecations, responder
from ogrom.http.response import respond
from ogrom.http.testing import Request, call
from ogrom.http.trace import Tracer, Traces

X = Exchange[Any, Any, Any]

GONE = Deprecation(since="2026-12-01", sunset="2027-03-01", instead="GET /search", link="/docs/changes")


class State(Enum):
    NEW = "new"
    USED = "used"


class Query(msgspec.Struct, frozen=True):
    sort: Annotated[
        Literal["newest", "price"], deprecated("price", since="2026-12-01", sunset="2027-03-01")
    ] = "newest"
    brand: Annotated[str, deprecated(since="2026-12-01", instead="brand_name")] | None = None
    brand_name: str | None = None
    ids: tuple[Annotated[int, deprecated(0, since="2026-12-01")], ...] = ()


class Placement(msgspec.Struct, forbid_unknown_fields=True):
    x: int
    z: Annotated[int, msgspec.Meta(ge=0), deprecated(since="2026-12-01")] = 0
    within: "list[Placement]" = []


class Draft(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    title: str
    old_note: Annotated[str | None, deprecated(since="2026-12-01", sunset="2027-03-01")] = None
    state: Annotated[State, deprecated("used", since="2026-12-01")] = State.NEW
    placements: list[Placement] = []
    names: dict[str, Annotated[str, deprecated("", since="2026-12-01")]] = {}


class View(msgspec.Struct):
    title: str
    brand: Annotated[str, deprecated(since="2026-12-01", instead="brand_name")]


@dataclass(frozen=True)
class Products(Resource[object]):
    query = QueryParameters(Query)
    created_etag = always(None)

    def handle_ok(self, x: X) -> list[View]:
        return [View("Kleid", "Ada")]

    def post(self, x: Exchange[object, Draft]) -> None: ...


class OldSearch(Resource[object]):
    """Found things, in a form of the past."""

    deprecated = GONE

    def exists(self, x: X) -> object:
        if "broken" in x.request.query:
            raise LookupError
        return "nothing" not in x.request.target

    def query_well_formed(self, x: X) -> bool:
        return True

    def handle_ok(self, x: X) -> object:
        return Response(200, {"Link": '</2>; rel="next"'}, b"found") if "plain" in x.request.target else []

    def etag(self, x: X) -> str:
        return "7"


class HalfOld(Products):
    deprecated: ClassVar = {"POST": Deprecation(since="2026-12-01")}


def uses(resource: Resource[Any], *arguments: Any, **named: Any) -> list[str]:
    response = call(resource, *arguments, **named).response
    assert isinstance(response, Announced)
    return [each.what for each in response.uses]


# Declaring.


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"since": "2026-12-01", "sunset": "2026-11-30"}, "sunset 2026-11-30 comes before the deprecation"),
        ({"since": "tomorrow"}, "since='tomorrow' is no date; write it as in 2026-12-31"),
        ({"since": "20261201"}, "since='20261201' is no date"),
        ({"since": "2026-12-01", "sunset": "2027-02-30"}, "sunset='2027-02-30' is no date"),
        ({"since": "2026-12-01", "link": "see the docs"}, "must be a URL"),
        ({"since": "2026-12-01", "link": "/docs>\r\nX: y"}, "must be a URL"),
    ],
)
def test_a_mistake_is_an_error_where_it_is_written(given: dict[str, str], message: str) -> None:
    """In all forms."""
    for said in (Deprecation(**given), {"GET": GONE, "POST": Deprecation(**given)}):
        with pytest.raises(DefinitionError, match=f"Wrong.deprecated: .*{message}"):
            type("Wrong", (Products,), {"deprecated": said})
    with pytest.raises(DefinitionError, match=message):
        deprecated("value", **given)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"PUT": GONE}, "Wrong.deprecated names PUT, but the methods are GET, POST; HEAD goes with GET"),
        ({"HEAD": GONE}, "names HEAD"),
        ("2026-12-01", "Wrong.deprecated is '2026-12-01'; write Deprecation"),
        ({"GET": "2026-12-01"}, "write Deprecation"),
        ({}, "write Deprecation"),
    ],
)
def test_a_class_cannot_deprecate_what_it_does_not_answer(said: object, message: str) -> None:
    """Nor by anything but a Deprecation."""
    with pytest.raises(DefinitionError, match=message):
        type("Wrong", (Products,), {"deprecated": said})


def test_a_value_that_its_type_does_not_list_is_an_error_of_the_endpoint() -> None:
    """A misspelt one would never be counted."""

    class Misspelt(msgspec.Struct):
        sort: Annotated[Literal["newest", "price"] | None, deprecated("prize", since="2026-12-01")] = None

    class Misread(Resource[object]):
        query = QueryParameters(Misspelt)

        def handle_ok(self, x: X) -> None: ...

    with pytest.raises(
        DefinitionError, match=r"sort: 'prize' is deprecated, but the values are \['newest', 'price'\]"
    ):
        Endpoint("misread", "/", Misread())


def test_everything_that_is_deprecated_is_listed_by_method() -> None:
    """In what clients send, and in what they get."""
    query = ["query sort=price", "query brand", "query ids[]=0"]
    content = ["content oldNote", "content state=used", "content placements[].z", "content names{}="]
    assert [each.what for each in deprecations(Products, "GET")] == [*query, "answer [].brand"]
    assert [each.what for each in deprecations(HalfOld, "POST")] == ["operation", *query, *content]
    assert [str(each.deprecation) for each in deprecations(OldSearch, "GET")] == [
        "Deprecated since 2026-12-01, to be removed on 2027-03-01. Use GET /search instead. See /docs/changes"
    ]


def test_annotations_for_type_checkers_only_and_of_what_cannot_be_read_say_nothing() -> None:
    """They are good enough for an answer."""

    class One(msgspec.Struct):
        one: int

    class Other(msgspec.Struct):
        other: int

    class Answering(Resource[object]):
        def handle_ok(self, x: X) -> "Absent":  # type: ignore[name-defined]  # noqa: F821
            return 1

    class Untagged(Resource[object]):
        def handle_ok(self, x: X) -> One | Other:
            return One(1)

    assert deprecations(Answering, "GET") == deprecations(Untagged, "GET") == ()


# Announcing.


def announcement(response: Response) -> dict[str, str]:
    """What a client reads, by parsers that are not ours."""
    fields = {name: response.headers.get(name, "") for name in ("Deprecation", "Sunset", "Link")}
    # A Structured Field of the type Date (RFC 9651, 3.3.7).
    assert re.fullmatch(r"@-?[0-9]{1,15}", fields["Deprecation"])
    since = datetime.fromtimestamp(int(fields["Deprecation"][1:]), tz=UTC)
    return {
        "since": since.isoformat(),
        "sunset": parsedate_to_datetime(fields["Sunset"]).isoformat() if fields["Sunset"] else "",
        "link": fields["Link"],
    }


TOLD = {
    "since": "2026-12-01T00:00:00+00:00",
    "sunset": "2027-03-01T00:00:00+00:00",
    "link": '</docs/changes>; rel="deprecation", </docs/changes>; rel="sunset"',
}


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/", {}, 200),
        ("OPTIONS", "/", {}, 200),
        ("GET", "/", {"If-None-Match": "*"}, 304),
        ("GET", "/?nothing", {}, 404),
        ("GET", "/", {"Accept": "image/png"}, 406),
        ("DELETE", "/", {}, 405),
        ("BREW", "/", {}, 501),
        ("GET", "/?broken", {}, 500),
    ],
)
def test_every_response_of_a_deprecated_endpoint_says_so(
    method: str, target: str, headers: dict[str, str], status: int
) -> None:
    """Whatever it is."""
    response = call(OldSearch(), method, target=target, headers=headers).response
    assert (response.status, announcement(response)) == (status, TOLD)


def test_links_of_the_resource_stay() -> None:
    """RFC 8288: one field has them all; and a response that is sent twice gets them once."""
    for _ in range(2):
        response = call(OldSearch(), target="/?plain").response
        assert announcement(response)["link"] == f'</2>; rel="next", {TOLD["link"]}'


def test_the_page_is_below_the_path_of_the_service() -> None:
    """Where a proxy serves it under another path; a URL stays what it is."""

    class Linked(OldSearch):
        deprecated = Deprecation(since="2026-12-01", link="https://shop.example/changes#old-search")

    for resource, link in (
        (OldSearch(), "</shop/docs/changes>"),
        (Linked(), "<https://shop.example/changes#old"),
    ):
        x: X = Exchange(Request(root="/shop"), endpoint="old", context=None, arguments={}, links={})
        response = Endpoint("old", "/", resource).respond(resource, x)
        assert response.headers["Link"].startswith(link)


def test_only_the_methods_that_are_deprecated_say_so() -> None:
    """A sunset that is not decided is not told."""
    posted = call(
        HalfOld(), "POST", content=b'{"title": ""}', headers={"Content-Type": "application/json"}
    ).response
    assert (posted.status, announcement(posted)) == (201, {**TOLD, "sunset": "", "link": ""})
    for method in ("GET", "HEAD", "OPTIONS", "PUT"):
        assert not {"Deprecation", "Sunset", "Link"} & call(HalfOld(), method).response.headers.keys()


def test_head_goes_with_get() -> None:
    """It is a GET without content."""

    class Read(Products):
        deprecated: ClassVar = {"GET": GONE}

    assert announcement(call(Read(), "HEAD").response) == TOLD
    assert "Deprecation" not in call(Read(), "OPTIONS").response.headers


def test_traced_responses_say_so_too() -> None:
    """They are made in another way."""
    endpoint = Endpoint("old", "/old", OldSearch())
    mount = Mount("", (endpoint,))
    for everything in (False, True):
        response = Tracer(Traces(), everything=everything).respond(
            mount, endpoint, Request(target="/old"), context=None, arguments={}
        )
        assert announcement(response) == TOLD


def test_what_is_not_deprecated_is_answered_as_it_is() -> None:
    """By the same function, so that nothing is looked at."""

    class Present(Resource[object]):
        def handle_ok(self, x: X) -> View:
            return View("Kleid", "Ada")

    assert responder(Present) is respond
    assert Endpoint("present", "/", Present()).respond is respond
    assert {responder(each) for each in (Products, HalfOld, OldSearch)}.isdisjoint({respond})


# Using.


@pytest.mark.parametrize(
    ("query", "used"),
    [
        ("", []),
        ("sort=newest&brand_name=Ada&ids=1,2", []),
        ("sort=price", ["query sort=price"]),
        ("brand=", ["query brand"]),
        ("%62rand=Ada&ids=1,0,0", ["query brand", "query ids[]=0"]),
        ("brand=Ada&sort=odd", []),
    ],
)
def test_parameters_and_their_values_are_used(query: str, used: list[str]) -> None:
    """Those that were sent, not those that have a default; of a query that is refused nothing is known."""
    assert uses(Products(), target=f"/products?{query}") == used


@pytest.mark.parametrize(
    ("content", "used"),
    [
        ({"title": "price"}, []),
        ({"title": "", "state": "new", "placements": [{"x": 1}], "names": {"de": "Kleid"}}, []),
        ({"title": "", "oldNote": None}, ["content oldNote"]),
        ({"title": "", "state": "used"}, ["content state=used"]),
        ({"title": "", "placements": [{"x": 1}, {"x": 2, "z": 3}]}, ["content placements[].z"]),
        ({"title": "", "names": {"de": "Kleid", "en": ""}}, ["content names{}="]),
        ({"oldNote": "", "state": 7}, ["content oldNote"]),
        ([{"oldNote": ""}], []),
        ({"title": "", "placements": 7, "names": [], "oldNote": ""}, ["content oldNote"]),
    ],
)
def test_members_and_their_values_are_used(content: object, used: list[str]) -> None:
    """In JSON and MessagePack, and also where the content is refused for something else."""
    for kind, encode in (("json", msgspec.json.encode), ("msgpack", msgspec.msgpack.encode)):
        headers = {"Content-Type": f"application/{kind}"}
        assert uses(Products(), "POST", content=encode(content), headers=headers) == used


def test_content_that_was_not_read_is_not_looked_at() -> None:
    """Its reading is the graph's, which has refused before."""

    class Closed(Products):
        def authorized(self, x: X) -> bool:
            return False

    headers, content = {"Content-Type": "application/json"}, b'{"title": "", "oldNote": ""}'
    assert uses(Closed(), "POST", content=content, headers=headers) == []
    assert uses(Products(), "POST", content=content[:-1], headers=headers) == []
    assert uses(Products(), "PUT", content=content, headers=headers) == []


def test_a_request_for_the_operation_uses_it() -> None:
    """But for OPTIONS, which asks about it."""
    assert uses(OldSearch(), target="/?plain") == ["operation"]
    assert uses(OldSearch(), "HEAD") == ["operation"]
    assert uses(OldSearch(), "OPTIONS") == []
    assert uses(HalfOld(), target="/?brand=Ada") == ["query brand"]
