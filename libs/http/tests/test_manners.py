"""What the frameworks of Python answer to 21 plain requests, and what Ogrom answers; docs/manners.md shows it.

The resources here are as short as they can be. `python libs/http/tests/test_manners.py` tells whether the page
says what they answer, and with `--write` makes it so.
"""

import json
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import msgspec
import pytest
from werkzeug.test import TestResponse

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Resource, always
from ogrom.http.flask import blueprint, explain_errors
from ogrom.http.openapi import Info, Part, describe

PAGE = Path(__file__).parents[3] / "docs/manners.md"
X = Exchange[Any, Any, Any]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    size: int


class Item(Resource[object]):
    """One of many."""

    item_id = PathParameter()

    def exists(self, x: X) -> object:
        return {"id": self.item_id(x)}

    def handle_ok(self, x: X) -> object:
        return x.entity


class Items(Resource[object]):
    """They can be added to."""

    def post(self, x: Exchange[Any, Draft]) -> object:
        return x.body


class Changing(Item):
    def put(self, x: X) -> object:
        return None


class Tagged(Item):
    def etag(self, x: X) -> str:
        return "v1"


class Speaking(Item):
    languages = ("en", "pl")


class Mistyped(Resource[object]):
    handle_ok = always({"id": "seven"})


class Broken(Resource[object]):
    def handle_ok(self, x: X) -> object:
        raise ValueError("secret")


NUMBERED = {"item": Item(), "changing": Changing(), "tagged": Tagged(), "speaking": Speaking()}
PLAIN = {"items": Items(), "mistyped": Mistyped(), "broken": Broken()}
ENDPOINTS = (
    *(Endpoint(name, f"/{name}/{{item_id}}", resource) for name, resource in NUMBERED.items()),
    *(Endpoint(name, f"/{name}", resource) for name, resource in PLAIN.items()),
)


def application() -> flask.Flask:
    app = flask.Flask("items")
    app.register_blueprint(blueprint("items", Mount("", ENDPOINTS), context=lambda request: None))
    explain_errors(app)
    return app


CLIENT = application().test_client()
GOOD = {"name": "a", "size": 1}
Row = tuple[str, str, Callable[[], str]]
ROWS: list[Row] = []


def row(probe: str, answer: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """A row of the table: what is tried, what is right, and a function that asks Ogrom."""

    def note(ask: Callable[[], str]) -> Callable[[], str]:
        ROWS.append((probe, answer, ask))
        return ask

    return note


def get(path: str, **headers: str) -> TestResponse:
    return CLIENT.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def post(content: bytes | object, content_type: str | None = "application/json") -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return str(CLIENT.post("/items", data=data, content_type=content_type).status_code)


def form(response: TestResponse) -> str:
    return response.headers["Content-Type"].removeprefix("application/")


@row("HEAD on a GET route", "200")
def head() -> str:
    return str(CLIENT.head("/item/7").status_code)


@row("OPTIONS", "200+Allow")
def options() -> str:
    response = CLIENT.options("/item/7")
    return f"{response.status_code}{'+Allow' if 'Allow' in response.headers else ''}"


@row("DELETE undeclared", "405+Allow")
def delete() -> str:
    response = CLIENT.delete("/item/7")
    return f"{response.status_code}{'+Allow' if 'Allow' in response.headers else ''}"


@row("Allow when GET and PUT are separate functions", "complete")
def allow() -> str:
    complete = CLIENT.delete("/changing/7").headers["Allow"] == "GET, HEAD, PUT, OPTIONS"
    return "complete" if complete else "incomplete"


@row("unknown method BREW", "501")
def brew() -> str:
    return str(CLIENT.open("/item/7", method="BREW").status_code)


@row("Accept: application/xml", "406")
def accept() -> str:
    return str(get("/item/7", Accept="application/xml").status_code)


@row("Accept-Language: pl", "looked up in `languages`")
def accept_language() -> str:
    chosen = get("/speaking/7", Accept_Language="pl").headers["Content-Language"]
    return "looked up in `languages`" if chosen == "pl" else "ignored"


@row("ETag on GET by default", "no (yes with `etag`)")
def etag() -> str:
    bare, tagged = ("ETag" in get(f"/{name}/7").headers for name in ("item", "tagged"))
    return f"{_yes(bare)} ({_yes(tagged)} with `etag`)"


@row("If-None-Match: *", "304")
def if_none_match_star() -> str:
    return str(get("/item/7", If_None_Match="*").status_code)


@row("path /items/abc", "404")
def path_of_another_type() -> str:
    return str(get("/item/abc").status_code)


@row("unknown path 404 body", "problem+json")
def unknown_path() -> str:
    return form(get("/nowhere"))


@row("malformed JSON", "400")
def malformed_json() -> str:
    return post(b"{")


@row("field of wrong type", "422")
def field_of_wrong_type() -> str:
    return post({"name": "a", "size": "1"})


@row("body sent as text/plain", "415")
def text_plain() -> str:
    return post(GOOD, "text/plain")


@row("body with no Content-Type", "415")
def no_content_type() -> str:
    return post(GOOD, None)


@row("invalid UTF-8 in the JSON body", "400")
def invalid_utf_8() -> str:
    return post(b'{"name": "\xff", "size": 1}')


@row("unknown extra field", "422")
def unknown_field() -> str:
    return post(GOOD | {"color": "red"})


@row("handler returns a wrong-typed value", "200, sent")
def wrong_typed_value() -> str:
    response = get("/mistyped")
    return f"{response.status_code}, {'sent' if response.json == {'id': 'seven'} else 'refused'}"


@row("unhandled exception body", "problem+json")
def exception_body() -> str:
    response = get("/broken")
    assert b"secret" not in response.data
    return form(response)


@row("errors in problem+json", "**yes**")
def errors_in_problem_json() -> str:
    refused = (get("/item/7", Accept="application/xml"), CLIENT.delete("/item/7"), get("/broken"))
    return f"**{_yes(all(form(response) == 'problem+json' for response in refused))}**"


@row("generated spec", "OAS 3.1.1, 400/406/412/413/415/422/500")
def generated_spec() -> str:
    document = describe((Part("", ENDPOINTS),), Info("Items", "1.0"))
    statuses = document["paths"]["/items"]["post"]["responses"]
    return f"OAS {document['openapi']}, {'/'.join(sorted(each for each in statuses if each >= '400'))}"


def _yes(whether: bool) -> str:
    return "yes" if whether else "no"


@pytest.mark.parametrize(("probe", "answer", "ask"), ROWS, ids=[probe for probe, _, _ in ROWS])
def test_ogrom_answers_rightly(probe: str, answer: str, ask: Callable[[], str]) -> None:
    """Each probe gets the answer that RFC 9110 or 9457 has for it."""
    logging.disable()
    try:
        assert ask() == answer
    finally:
        logging.disable(logging.NOTSET)


def brought_up_to_date(page: str) -> str:
    """The page with Ogrom's column as Ogrom answers now."""
    answers = {probe: ask() for probe, _, ask in ROWS}
    return "\n".join(_filled(line, answers) for line in page.split("\n"))


def _filled(line: str, answers: dict[str, str]) -> str:
    cells = line.split(" | ")
    probe = cells[0].removeprefix("| ")
    return " | ".join((cells[0], answers[probe], *cells[2:])) if probe in answers else line


def main(*arguments: str) -> str | None:
    """Check the page, or with `--write` write it; what is wrong with it."""
    logging.disable()
    page = PAGE.read_text(encoding="utf-8")
    missing = {probe for probe, _, _ in ROWS} - set(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE))
    if missing:
        return f"docs/manners.md has no row for {min(missing)!r}"
    present = brought_up_to_date(page)
    if arguments == ("--write",):
        PAGE.write_text(present, encoding="utf-8")
    elif present != page:
        return "docs/manners.md is out of date: python libs/http/tests/test_manners.py --write"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
