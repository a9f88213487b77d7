"""Nothing that anybody says becomes markup, or leads to a script."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ogrom.http import Exchange, Problem, Resource
from ogrom.http.html import BROWSABLE_RENDERERS, HTML
from ogrom.http.html.urls import is_link
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]
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


def harmless(reader: Any) -> None:
    """Nothing on the page runs or leads to a script, wherever the evil text stood."""
    assert [tag for tag, _ in reader.elements if tag in ("script", "svg", "iframe", "object")] == ["script"]
    assert [
        name for _, attrs in reader.elements for name in attrs if name.startswith("on") or name == "style"
    ] == []
    for link in (*reader.all("a", "href"), *reader.all("img", "src"), *reader.all("form", "action")):
        assert link == "#main" or is_link(link), link
        assert not link.startswith(("//", "/\\"))


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_is_said_becomes_markup(
    evil: str, page: Any, collage_resource: Any, search_resource: Any
) -> None:
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
        for resource in (collage_resource, search_resource):
            reader, _ = page(shown, target, resource, **{"Accept-Language": evil, "Host": evil})
            harmless(reader)


def test_a_problem_escapes_too(read: Any) -> None:
    """What a client sent comes back in problems, as a text."""

    class Closed(Resource[object]):
        renderers = BROWSABLE_RENDERERS

        def allowed(self, x: X) -> Problem:
            return Problem("<b>no</b>", title="<i>", type="javascript:x", extensions={"<u>": "<s>"})

    response = call(Closed(), headers={"Accept": "text/html"}, target="//evil.example/<x>").response
    harmless(read(response.content))
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
@given(value=VALUES)
def test_any_value_has_a_page(value: object, read: Any) -> None:
    """Whatever JSON can say can be shown, well-formed and harmless."""
    harmless(read(HTML.render(value)))
