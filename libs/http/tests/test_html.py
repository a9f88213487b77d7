import gzip
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from msgspec import Meta, Struct

from ogrom.http import Exchange, PathParameter, Problem, QueryParameters, Resource, Response
from ogrom.http.engine import respond
from ogrom.http.exchange import LinkBuilder
from ogrom.http.html import HEADERS, render
from ogrom.http.html.urls import is_link, is_picture, trail
from ogrom.http.links import link_builder
from ogrom.http.testing import Request, call
from ogrom.http.trace.recording import Recording, TracedExchange

X = Exchange[Any, Any, Any]
K = TypeVar("K", bound=Exchange[Any, Any, Any])
VOID = {"meta", "link", "img", "input", "br"}
EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example/x",
    "/\\evil.example",
    "https://x/\"onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "</style><script>alert(1)</script>",
    "</code></pre><svg onload=alert(1)>",
]


class Reader(HTMLParser):
    """Reads a page as strictly as XML: each element is closed in its place."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(content.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for name, attrs in self.elements if name == tag and attribute in attrs]


class Draft(Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=6)]
    author_id: Annotated[int, Meta(ge=1)]
    kind: Literal["a", "b"] = "a"


class Wanted(Struct):
    q: str
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    kind: Literal["a", "b"] | None = None
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class CollageResource(Resource[object]):
    """A collage of `products`.

    It says more.

    Attributes:
        shown: for programmers only.
    """

    shown: object

    def exists(self, x: X) -> object:
        return self.shown

    def etag(self, x: X) -> int:
        return 7

    def put(self, x: Exchange[object, Draft]) -> object:
        return self.shown

    def handle_ok(self, x: X) -> object:
        return self.shown


@dataclass(frozen=True)
class Ids(Resource[object]):
    product_id = PathParameter()
    number = PathParameter()


@dataclass(frozen=True)
class SearchResource(CollageResource):
    query = QueryParameters(Wanted)


def page(
    value: object, target: str = "/v1/de-DE/collages/7", resource: Any = CollageResource, **headers: str
) -> tuple[Reader, str]:
    sent = {"Accept": "text/html", "Host": "api.example:8080", **headers}
    response = call(resource(value), headers=sent, target=target).response
    return Reader(response.content), response.content.decode()


def test_a_page_tells_of_its_value_and_its_resource() -> None:
    """Title, description, members, status line, breadcrumbs and JSON are on the page, programmers' notes are not."""
    reader, text = page(
        {"title": "Feierabend", "price": {"amount": 5499, "currency": "EUR"}, "paid": True, "none": None}
    )
    words = " ".join(" ".join(reader.texts).split())
    for expected in (
        "Feierabend",
        "A collage of products.",
        "It says more.",
        "54.99 EUR",
        "yes",
        "none",
        "200 OK",
    ):
        assert expected in words
    assert "programmers" not in text
    assert '<a href="/v1/de-DE/collages">collages</a>' in text
    assert '"amount": 5499' in " ".join(reader.texts)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (5, "EUR", "0.05 EUR"),
        (123456789, "PLN", "1,234,567.89 PLN"),
        (500, "JPY", "500 JPY"),
        (-1500, "KWD", "-1.500 KWD"),
    ],
)
def test_prices_are_readable(amount: int, currency: str, text: str) -> None:
    """Minor units become what people write, with as many digits as the currency has."""
    assert f">{text}<" in page({"price": {"amount": amount, "currency": currency}})[1]


def test_times_are_readable() -> None:
    """A time is shown in UTC and kept for machines; what only looks like one is a text."""
    _, text = page({"at": "2015-01-04T23:50:27+02:00", "odd": "2015-99-99T00:00:00Z"})
    assert '<time datetime="2015-01-04T23:50:27+02:00">4 Jan 2015, 21:50:27 UTC</time>' in text
    assert '<span class="text">2015-99-99T00:00:00Z</span>' in text


def test_links_and_pictures() -> None:
    """Links are followed by a click, an id is the link to its thing, pictures are shown when they come into view."""
    value = {
        "id": 7,
        "author_id": 3,
        "image_url": "/i/x.svg",
        "links": {"self": "/c/7", "author": "/u/3", "shop": "https://shop.example/7"},
    }
    reader, text = page(value)
    assert '<a href="/u/3">3</a>' in text
    assert '<a href="/c/7">7</a>' in text
    assert '<a href="https://shop.example/7" rel="noopener noreferrer nofollow">shop</a>' in text
    assert ("img", {"loading": "lazy", "src": "/i/x.svg", "alt": "Picture"}) in reader.elements


def test_an_id_of_what_the_resource_links_to_is_a_link() -> None:
    """In the page alone; an id of anything else, or one that is no number, stays what it is."""

    class Linking(CollageResource):
        links_to = ("product", "page")

    def builder(path: str) -> LinkBuilder:
        return link_builder("/v1", path, Ids())

    links = {"product": builder("/products/{product_id}"), "page": builder("/pages/{number}")}
    placed = {"product_id": 7, "x": 0.5}
    value = {"placements": [placed], "product_id": "7", "page_id": 1, "user_id": 2}
    response = call(Linking(value), headers={"Accept": "text/html"}, links=links).response
    reader = Reader(response.content)
    assert [path for path in reader.all("a", "href") if "/v1/" in path] == ["/v1/products/7"]
    assert '"links"' not in response.content.decode()


def test_links_stand_where_they_are_named() -> None:
    """A home document, which names them before its templates, shows them first."""
    links = {"self": "/v1/", "books": "/v1/books"}
    for value, expected in (({"n": 1, "links": links}, "nl"), ({"links": links, "n": 1}, "ln")):
        _, text = page(value)
        places = {"n": text.index("<dt>n</dt>"), "l": text.index('<ul class="links">')}
        assert sorted(places, key=places.__getitem__) == [*expected]


def test_lists_are_tables_or_cards() -> None:
    """Objects with pictures are cards, others are the rows of a table; the next page is one click away."""
    cards = [{"id": 1, "title": "Hat", "image_url": "/i/1.svg", "links": {"self": "/p/1"}}]
    _, text = page({"items": cards, "next": "/p?cursor=x", "links": {"self": "/p"}})
    assert '<h3><a href="/p/1">Hat</a></h3>' in text
    assert '<a class="button" rel="next" href="/p?cursor=x">Next page</a>' in text
    _, text = page({"items": [{"id": 1, "a_b": "x"}, {"id": 2, "more": [1, "y"]}], "next": None})
    assert [each for each in ("id", "a b", "more") if f'<th scope="col">{each}</th>' in text] == [
        "id",
        "a b",
        "more",
    ]
    assert 'rel="next"' not in text


def test_a_template_is_a_form() -> None:
    """A URI template with query parameters can be filled in; any other one is a text."""
    reader, text = page({"templates": {"search": "/search{?q,limit}", "like": "/likes/{user_id}"}})
    assert ("form", {"method": "get", "action": "/search"}) in reader.elements
    assert reader.all("input", "name") == ["q", "limit"]
    assert ">/likes/{user_id}<" in text


def test_the_query_is_a_form() -> None:
    """Each parameter has an input of its kind, filled in as it was sent, with what it takes and what is assumed."""
    reader, text = page({"n": 1}, "/s?q=%22%3E<&limit=5", SearchResource)
    inputs = {attrs["name"]: attrs for tag, attrs in reader.elements if tag == "input"}
    assert inputs["q"]["value"] == '"><'
    assert "required" in inputs["q"]
    assert (inputs["limit"]["type"], inputs["limit"]["min"], inputs["limit"]["max"]) == ("number", "1", "100")
    assert "a whole number from 1 to 100, 20 if not given" in text
    assert "separated by commas" in text
    assert reader.all("select", "name") == ["kind"]


def test_commands_can_be_sent_as_they_are() -> None:
    """A change names the present entity tag and a content that its type accepts, from what is there."""
    reader, _ = page({"title": "It's $HOME", "author_id": 3, "links": {}})
    (put,) = [text for text in reader.texts if text.startswith("curl -iX PUT")]
    assert put == (
        "curl -iX PUT \\\n  -H 'If-Match: \"7\"' \\\n  -H 'Content-Type: application/json' \\\n"
        """  --data '{"title":"It'"'"'s $HOME","author_id":3,"kind":"a"}' \\\n"""
        "  http://api.example:8080/v1/de-DE/collages/7"
    )
    (body,) = [text for text in page({"n": 1})[0].texts if text.startswith("curl -iX PUT")]
    content = re.search(r"--data '(.*)'", body)
    assert content is not None
    assert msgspec.json.decode(content[1], type=Draft).author_id == 1


def test_no_host_reaches_a_shell() -> None:
    """A Host that is none is not repeated."""
    _, text = page({"n": 1}, Host="x$(id)`id`/;'")
    assert "$(id)" not in text
    assert "http://localhost/" in text


def test_the_way_is_shown() -> None:
    """The nodes that this request came by are listed with their answers, the handler last, traced or not."""
    untraced = way_on(respond(CollageResource({"n": 1}), exchange(Exchange)))
    assert ("yes", "exists") in untraced
    assert ("no", "if_match_exists") in untraced
    assert untraced[-1] == ("end", "handle_ok")
    response, _ = Recording().respond(CollageResource({"n": 1}), exchange(TracedExchange))
    assert set(untraced) - {("done", "initialize_context")} <= {*way_on(response)}
    assert way_on(response)[-1] == ("end", "handle_ok")


def test_a_traced_way_leads_to_the_whole_graph() -> None:
    """Where everybody may see that; otherwise the page says nothing of it."""
    recording = Recording()
    response, _ = recording.respond(CollageResource({"n": 1}), exchange(TracedExchange))
    assert b"whole graph" not in response.content
    recording.page = "/trace/0123"
    response, _ = recording.respond(CollageResource({"n": 1}), exchange(TracedExchange))
    assert "/trace/0123" in Reader(response.content).all("a", "href")


def test_the_way_to_an_exception_is_shown() -> None:
    """A node that raised is the last one before the explanation."""

    class Failing(CollageResource):
        def exists(self, x: X) -> object:
            raise LookupError

    untraced = way_on(respond(Failing(0), exchange(Exchange)))
    assert untraced[-2:] == [("raised", "exists"), ("end", "handle_exception")]
    response, _ = Recording().respond(Failing(0), exchange(TracedExchange))
    assert way_on(response)[-2:] == [("raised", "exists"), ("end", "handle_exception")]


def exchange(kind: type[K]) -> K:
    request = Request(headers={"Accept": "text/html"})
    return kind(request, context=None, arguments={}, links={})


def way_on(response: Response) -> list[tuple[str, str]]:
    return re.findall(r'<li class="(\w+)"><code>(\w+)</code>', response.content.decode())


def test_a_failure_is_a_page_too() -> None:
    """A problem's detail leads, its faults are a table, and an exception is the end of the way."""

    class Failing(CollageResource):
        def exists(self, x: X) -> object:
            raise LookupError("secret")

    response = call(Failing(0), headers={"Accept": "text/html"}).response
    text = response.content.decode()
    assert (response.status, response.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "<h1>500 Internal Server Error</h1>" in text
    assert "handle_exception" in text
    assert "secret" not in text
    assert HEADERS.items() <= response.headers.items()
    reader, text = page({"n": 1}, "/s?limit=x&odd=1", SearchResource)
    assert "<h1>400 Bad Request</h1>" in text
    assert '<p class="detail">The query knows q, limit, kind, ids.</p>' in text
    assert "odd" in reader.texts


def test_a_page_runs_and_loads_only_what_is_in_it() -> None:
    """The policy names the page's own style and script by their digests, and nothing of others."""
    response = call(CollageResource({"n": 1}), headers={"Accept": "text/html"}).response
    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (source,) = re.findall(rf"<{tag}>(.*?)</{tag}>", response.content.decode(), re.DOTALL)
        digest = b64encode(sha256(source.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; ")
    assert {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_head_has_the_fields_of_get() -> None:
    """HEAD is GET without content, for pages too."""
    got, head = (
        call(CollageResource({"n": 1}), method, headers={"Accept": "text/html"}).response
        for method in ("GET", "HEAD")
    )
    assert head.content == b""
    assert head.headers.keys() == got.headers.keys()
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


def test_a_page_can_be_compressed() -> None:
    """A page of some kilobytes is worth it, and is the same afterwards."""
    response = call(
        CollageResource({"n": 1}), headers={"Accept": "text/html", "Accept-Encoding": "gzip"}
    ).response
    assert response.headers["Content-Encoding"] == "gzip"
    assert "ETag" not in response.headers
    Reader(gzip.decompress(response.content))


def harmless(reader: Reader) -> None:
    """Nothing on the page runs or leads to a script, wherever the evil text stood."""
    assert [tag for tag, _ in reader.elements if tag in ("script", "svg", "iframe", "object")] == ["script"]
    assert [
        name for _, attrs in reader.elements for name in attrs if name.startswith("on") or name == "style"
    ] == []
    for link in (*reader.all("a", "href"), *reader.all("img", "src"), *reader.all("form", "action")):
        assert link == "#main" or is_link(link), link
        assert not link.startswith(("//", "/\\"))


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_is_said_becomes_markup(evil: str) -> None:
    """Evil texts as values, names, links, pictures, templates, queries, paths and fields stay texts."""
    thing = {
        "title": evil,
        evil: evil,
        "id": evil,
        "image_url": evil,
        "author_id": evil,
        "links": {"self": evil, "author": evil, evil: evil},
        "price": {"amount": 1, "currency": evil},
        "templates": {"search": evil + "{?q}", "more": "/x{?" + evil + "}"},
    }
    value = {**thing, "items": [thing, thing], "next": evil}
    target = "/v1/" + evil + "?q=" + evil + "&limit=" + evil
    for shown in (value, thing, [thing], evil):
        for resource in (CollageResource, SearchResource):
            reader, _ = page(shown, target, resource, **{"Accept-Language": evil, "Host": evil})
            harmless(reader)


def test_a_problem_escapes_too() -> None:
    """What a client sent comes back in problems, as a text."""

    class Closed(CollageResource):
        def allowed(self, x: X) -> Problem:
            return Problem("<b>no</b>", title="<i>", type="javascript:x", extensions={"<u>": "<s>"})

    response = call(Closed(0), headers={"Accept": "text/html"}, target="//evil.example/<x>").response
    harmless(Reader(response.content))
    assert b"<b>no" not in response.content


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text()
    | st.sampled_from(EVIL)
)
NAMES = st.text() | st.sampled_from(
    ["links", "items", "next", "title", "image_url", "id", "a_id", "self", "amount", "currency"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_has_a_page(value: object) -> None:
    """Whatever JSON can say can be shown, well-formed and harmless."""
    harmless(Reader(render(value)))


def test_a_deep_value_has_a_page() -> None:
    """What is nested deeper than anybody reads is shown as JSON."""
    value: object = "end"
    for _ in range(200):
        value = {"in": [value]}
    assert "end" in " ".join(Reader(render(value)).texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/", True),
        ("/a?b=c#d", True),
        ("https://x.example/ä", True),
        ("", False),
        ("a b", False),
        ("http://[", False),
        ("ftp://x", False),
        ("/{id}", False),
    ],
)
def test_what_is_a_link(text: str, expected: bool) -> None:
    """A link is an absolute path or an http(s) URL, as a whole."""
    assert is_link(text) is expected


def test_what_is_a_picture() -> None:
    """A picture is one by its name or by its path, and where the policy can show it."""
    assert is_picture("image_url", "/x")
    assert is_picture("x", "https://x.example/a.PNG?b")
    assert not is_picture("x", "/a")
    assert not is_picture("image_url", "http://x.example/a.png")


@pytest.mark.parametrize(
    ("target", "root", "expected"),
    [
        ("/v1/de-DE/a%20b?x=/y", "", [("Home", "/"), ("v1/de-DE", "/v1/de-DE"), ("a b", "/v1/de-DE/a%20b")]),
        ("/api/a", "/api", [("Home", "/api/"), ("a", "/api/a")]),
        (
            "//evil.example/a",
            "",
            [("Home", "/"), ("evil.example", "/evil.example"), ("a", "/evil.example/a")],
        ),
        ("http://x.example/a", "", [("Home", "/"), ("a", "/a")]),
        ("*", "", [("Home", "/")]),
    ],
)
def test_the_trail(target: str, root: str, expected: list[tuple[str, str]]) -> None:
    """Each step of the path is a link on this host; a version is no step of its own."""
    assert trail(target, root) == expected
