"""Data from memory are not shown as new."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources
from ogrom.core.resource import cache_headers
from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context

URLS = [
    "/products",
    "/products/1",
    "/categories/1",
    "/users/1",
    "/collages/11",
    "/comments",
    "/search?q=rotes",
]


class Remembering:
    """A source whose answers come from memory, where that is told."""

    def __init__(self, source: object, age: float, fresh_for: float) -> None:
        self._source = source
        self._copy = (age, fresh_for)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._source, name)

        def call(ctx: Context, *arguments: Any, **options: Any) -> Any:
            if ctx.copies is not None:
                ctx.copies.add(*self._copy)
            return method(ctx, *arguments, **options)

        return call


def test_what_was_read_anew_says_nothing() -> None:
    """An Age at all, even 0, would say that it was not (RFC 9111, 5.1)."""
    assert cache_headers(None) == cache_headers(Copies()) == {}


@pytest.mark.parametrize(
    ("age", "fresh_for", "told"),
    [
        (0.01, 29.99, ("1", 29)),
        (12.0, 18.0, ("12", 18)),
        (30.2, -0.2, ("31", -1)),
        (90.0, -60.0, ("90", -60)),
    ],
)
def test_ages_are_rounded_to_the_worse(age: float, fresh_for: float, told: tuple[str, int]) -> None:
    """No client takes data for younger than they are, and stale by a moment is stale."""
    copies = Copies()
    copies.add(age, fresh_for)
    assert cache_headers(copies) == {"Age": told[0], "Cache-Status": f"ogrom; hit; ttl={told[1]}"}


@pytest.mark.parametrize("url", URLS)
def test_every_read_says_how_old_its_data_are(
    serve: Callable[[Sources], FlaskClient], sources: Sources, wrap_each: Callable[..., Sources], url: str
) -> None:
    """A 304 too, which makes a client's own copy as old as that (RFC 9111, 4.3.4)."""
    client = serve(wrap_each(lambda name: Remembering(getattr(sources, name), 40.0, -10.0)))
    response = client.get("/de" + url)
    again = client.get("/de" + url, headers={"If-None-Match": response.headers["ETag"]})
    assert (response.status_code, again.status_code) == (200, 304)
    for each in (response, again):
        assert each.headers["Age"] == "40"
        assert each.headers["Cache-Status"] == "ogrom; hit; ttl=-10"
