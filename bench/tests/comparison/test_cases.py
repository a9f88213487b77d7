from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bench.comparison.cases import BALANCER, NotAnswered, NotUnchanged, product_paths, scripts

PATHS = product_paths(["1", "7"])


class Tagging(BaseHTTPRequestHandler):
    """Sends a tag of its path; answers that tag, or any If-Modified-Since, with 304 if the server is set so."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one segment a response

    def do_GET(self) -> None:
        tag = f'"{self.path}"'
        knows = getattr(self.server, "knows", False) and self.headers["If-None-Match"] == tag
        knows |= getattr(self.server, "takes_any_moment", False) and "If-Modified-Since" in self.headers
        self.send_response(304 if knows else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def with_tags(*, knows: bool, then: Callable[[str], None], takes_any_moment: bool = False) -> None:
    """Call a function with the URL of a server that sends tags."""
    with HTTPServer(("127.0.0.1", 0), Tagging) as server:
        server.knows = knows  # type: ignore[attr-defined]
        server.takes_any_moment = takes_any_moment  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            then(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_each_product_is_asked_for_with_its_own_tag() -> None:
    """Each product is requested with the tag that the server sent for it."""

    def check(url: str) -> None:
        found = scripts(url, PATHS)["unchanged"]
        for path in PATHS:
            assert f'"{path}", {{["If-None-Match"] = "\\"{path}\\""}}' in found

    with_tags(knows=True, then=check)


def test_who_does_not_know_its_tags_is_refused() -> None:
    """Otherwise its 200 would count as a fast 304."""

    def check(url: str) -> None:
        with pytest.raises(NotUnchanged, match="answers its own tag with 200, not with 304"):
            scripts(url, PATHS)

    with_tags(knows=False, then=check)


def test_a_balancers_header_is_large_and_lets_everybody_answer() -> None:
    """It has eleven fields, as behind a real balancer, and none that would forbid a cached answer."""
    assert len(BALANCER) == 11
    assert {"Host", "X-Forwarded-For", "X-Amzn-Trace-Id", "Cookie"} <= set(BALANCER)
    assert "Cache-Control" not in BALANCER


def test_who_answers_a_balancers_header_otherwise_is_refused() -> None:
    """Otherwise its 304 would count as a fast 200."""

    def check(url: str) -> None:
        with pytest.raises(NotAnswered, match="answers a balancer's header with 304, not with 200"):
            scripts(url, PATHS)

    with_tags(knows=True, then=check, takes_any_moment=True)


@pytest.mark.slow
def test_who_sends_no_tags_is_not_asked(stub: Callable[[float], str]) -> None:
    """It is measured with the other requests only."""
    found = scripts(stub(0.0), PATHS)
    assert set(found) == {"product", "balanced", "collages"}
    assert all(path in found["product"] for path in PATHS)
