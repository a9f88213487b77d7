"""The API's description as endpoints."""

import gzip
import re
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from ogrom.http import Endpoint, Exchange, Mount, Resource, Response
from ogrom.http.openapi import Examples, Info, Part
from ogrom.http.openapi.documentation import Documentation, documentation_endpoints
from ogrom.http.testing import Request


@dataclass(frozen=True)
class Note(Resource[str]):
    """A note."""

    def handle_ok(self, x: Exchange[str]) -> str:
        return "Momo"


def mounted(*complete: bool) -> tuple[Mount, list[Any]]:
    """The documentation of one endpoint, whose examples are as complete as that, and the contexts it was asked with."""
    asked: list[Any] = []

    def collect(context: Any) -> Examples:
        asked.append(context)
        return Examples({}, is_complete=complete[len(asked) - 1])

    parts = (Part("", (Endpoint("note", "/note", Note()),)),)
    documentation = Documentation(
        parts, Info("Notes", "1.0"), collect, lambda document: {**document, "x-own": True}
    )
    return Mount("", documentation_endpoints(documentation, openapi="/openapi.json", docs="/docs")), asked


def get(mount: Mount, target: str, root: str = "", **headers: str) -> Response:
    found = mount.router().match(target)
    assert found is not None
    endpoint, arguments = found
    request = Request(target=target, headers=headers, root=root)
    return mount.respond(endpoint, request, context="ctx", arguments=arguments)


def test_the_document_has_what_is_common_to_all_endpoints() -> None:
    """And the root under which the service is reached."""
    mount, asked = mounted(True)
    response = get(mount, "/openapi.json", root="/shop")
    document = msgspec.json.decode(response.content)
    assert (document["info"]["title"], document["x-own"], document["servers"]) == (
        "Notes",
        True,
        [{"url": "/shop"}],
    )
    assert "/note" in document["paths"]
    assert (
        get(mount, "/openapi.json", **{"If-None-Match": response.headers["ETag"]}).status == 200
    )  # another root
    assert asked == ["ctx"]


def test_examples_are_collected_until_they_are_complete() -> None:
    """As long as the service fails, a later request may find more."""
    mount, asked = mounted(False, True)
    for _ in range(3):
        get(mount, "/openapi.json")
    assert len(asked) == 2


def test_the_page_loads_what_is_served_here() -> None:
    """And has no inline script that a policy would have to allow."""
    mount, _ = mounted(True)
    response = get(mount, "/docs")
    assert "<title>Notes's API</title>" in response.content.decode().replace("&#39;", "'")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    links = re.findall(r'(?:src|href)="([^"]+)"', response.content.decode())
    assert len(links) == 5
    assert {get(mount, link).status for link in links} == {200}


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_file_may_be_stored_for_ever(encoding: str) -> None:
    """Its URL has the digest of its content; another digest is not found."""
    mount, _ = mounted(True)
    (start,) = re.findall(r'src="([^"]+docs\.js)"', get(mount, "/docs").content.decode())
    response = get(mount, start, **{"Accept-Encoding": encoding})
    content = gzip.decompress(response.content) if encoding == "gzip" else response.content
    assert b"swagger" in content.lower()
    assert response.headers["Cache-Control"].endswith("immutable")
    assert get(mount, "/docs/0123456789abcdef/docs.js").status == 404
