"""How a release is asked: in a process, or at a URL with care."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ogrom_rules.contract import compare
from ogrom_tools.witness import Side, document_only, program, url, witnesses
from ogrom_tools.witness.messages import ETAG, Caller, Request
from ogrom_tools.witness.sides import REQUESTS, Unasked

Serve = Callable[[dict[str, Any]], tuple[str, list[tuple[str, str, str | None]]]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves JSON by path; gives the URL of /openapi.json, and the requests so far: method, path, Authorization."""
    with ExitStack() as stack:

        def serve(contents: dict[str, Any]) -> tuple[str, list[tuple[str, str, str | None]]]:
            asked: list[tuple[str, str, str | None]] = []

            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    asked.append((self.command, self.path, self.headers["Authorization"]))
                    found = contents.get(self.path)
                    text = json.dumps(found).encode()
                    self.send_response(404 if found is None else 200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(text)))
                    self.send_header("ETag", f'"{len(text)}"')
                    self.end_headers()
                    self.wfile.write(text)

                def log_message(self, format: str, *args: object) -> None:
                    pass

            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            thread = Thread(target=server.serve_forever)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}/openapi.json", asked

        yield serve


def shop(*members: str, writes: bool = True) -> dict[str, Any]:
    """A description: things with these members, which can be read and written."""
    shape = {"type": "object", "properties": {each: {"type": "integer"} for each in members}}
    operation = {
        "operationId": "get",
        "responses": {"200": {"content": {"application/json": {"schema": shape}}}},
    }
    write = {"operationId": "put", "responses": {"204": {}, **({} if writes else {"409": {}})}}
    return {"openapi": "3.1.1", "info": {}, "paths": {"/thing": {"get": operation, "put": write}}}


def test_two_services_are_asked_without_writing_to_them(serve: Serve) -> None:
    """A member that is gone is shown by a GET; a status of a PUT is not looked for."""
    before, after = shop("a", "b"), shop("a", writes=False)
    old, asked_old = serve({"/thing": {"a": 1, "b": 2}})
    new, asked_new = serve({"/thing": {"a": 1}})
    found = compare(before, after)
    shown = witnesses(found, url(old, before, None), url(new, after, None))
    told = {each.rule: it.told() for each, it in zip(found, shown, strict=True)}
    assert told["member-removed"] == {"request": "curl /thing", "old": "200, b: 2", "new": "200, no b"}
    assert told["status-added"]["why_not"] == "a PUT is not sent to a URL"
    assert {method for method, _, _ in (*asked_old, *asked_new)} == {"GET"}


def test_a_url_gets_few_requests_and_each_once(serve: Serve) -> None:
    before, after = shop("a"), shop("a", "b")  # nothing shows it, so that all requests are tried
    old, asked_old = serve({"/thing": {"a": 1}})
    new, asked_new = serve({"/thing": {"a": 1}})
    (shown,) = witnesses(compare(before, after), url(old, before, None), url(new, after, None))
    assert "answered as before" in shown.why_not
    assert len(asked_old) <= REQUESTS
    assert max(Counter(path for _, path, _ in asked_old).values()) < REQUESTS
    side = url(new, after, None)
    assert side.asking is not None
    with side.asking() as ask:
        before_these = len(asked_new)
        for number in range(REQUESTS):
            ask(Request("GET", f"/{number}"))
        with pytest.raises(Unasked, match="30 requests"):
            ask(Request("GET", "/one-more"))
        ask(Request("GET", "/0"))  # is known
    assert len(asked_new) == before_these + REQUESTS


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Request("POST", "/thing"), "a POST is not sent to a URL"),
        (Request("DELETE", "/thing"), "a DELETE is not sent to a URL"),
        (Request("GET", "/thing", sources=(("*", "slow"),)), "cannot be scripted"),
        (Request("GET", "/thing", caller=Caller(1)), "there is no token for"),
    ],
)
def test_what_would_change_a_service_is_not_sent_to_it(serve: Serve, request_: Request, why: str) -> None:
    address, asked = serve({"/thing": {}})
    side = url(address, shop(), None)
    assert side.asking is not None
    with side.asking() as ask, pytest.raises(Unasked, match=why):
        ask(request_)
    assert asked == []


def test_a_token_goes_with_what_needs_one(serve: Serve) -> None:
    """Other requests have none, so that what it is needed for shows."""
    address, asked = serve({"/thing": {}})
    side = url(address, shop(), "secret")
    assert side.asking is not None
    with side.asking() as ask:
        ask(Request("GET", "/thing"))
        ask(Request("GET", "/thing", caller=Caller(1)))
    assert [sent for _, _, sent in asked] == [None, "Bearer secret"]


def test_each_side_gets_its_own_entity_tag(serve: Serve) -> None:
    address, asked = serve({"/thing": {"a": 1}})
    side = url(address, shop(), None)
    assert side.asking is not None
    with side.asking() as ask:
        ask(Request("GET", "/thing?x=1", (("If-None-Match", ETAG),)))
    assert [path for _, path, _ in asked] == ["/thing", "/thing?x=1"]


def test_a_service_that_is_gone_is_no_failure(serve: Serve) -> None:
    """It is said of each finding."""
    before, after = shop("a", "b"), shop("a")
    address, _ = serve({})
    shown = witnesses(
        compare(before, after), url("http://127.0.0.1:1/", before, None), url(address, after, None)
    )
    assert all("does not answer" in each.why_not for each in shown)


def release(folder: Path, source: str) -> Side:
    """A release whose `ogrom-api answer` is a script."""
    script = folder / "answer.py"
    script.write_text(source, encoding="utf-8")
    return program("2.0.0", shop(), [sys.executable, str(script)])


def test_a_release_from_before_says_so(tmp_path: Path) -> None:
    """Click's words for an unknown command."""
    old = release(tmp_path, "import sys; sys.exit('Error: No such command \\'answer\\'.')")
    new, found = document_only("new", shop("a")), compare(shop(), shop("a"))
    assert witnesses(found, old, new)[0].why_not == "new is a description only"
    expected = "2.0.0 is from before `ogrom-api answer`; compare with the URL of a service that runs it"
    assert witnesses(found, old, old)[0].why_not == expected


def test_a_release_that_fails_says_how(tmp_path: Path) -> None:
    old = release(tmp_path, "raise ValueError('no database')")
    (shown,) = witnesses(compare(shop(), shop("a")), old, old)
    assert shown.why_not == "2.0.0 does not answer: ValueError: no database"
