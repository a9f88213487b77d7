"""URLs that a page may point to."""

import pytest

from ogrom.http.html.urls import is_link, is_picture, trail


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
    assert is_picture("image_url", "https://x.example/a.PNG?b")
    assert is_picture("x", "/a.PNG?b")
    assert not is_picture("text", "https://evil.example/x.png")
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
