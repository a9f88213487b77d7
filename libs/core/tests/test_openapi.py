"""The API's description holds for what the API answers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources, assemble
from ogrom.http import Mount
from ogrom.http.openapi import Info, Part, collect, describe
from ogrom.protocols.context import Context, Principal
from ogrom.protocols.errors import Conflict, Timeout, Unavailable
from ogrom.protocols.testing import DE

WRITES = ("put", "patch", "post", "delete")
PATH = {
    "{collage_id}": "11",
    "{user_id}": "1",
    "{product_id}": "1",
    "{category_id}": "1",
    "{comment_id}": "21",
}


@pytest.fixture
def document(sources: Sources) -> dict[str, Any]:
    endpoints = assemble(sources)
    examples = collect(
        Mount("/de", endpoints),
        ("/", "/search?q=a", "/users?ids=1,2"),
        context=lambda _: Context(locale=DE, request_id="test"),
    )
    return describe((Part("/de", endpoints),), Info("Core", "1"), examples=examples)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def is_valid(document: dict[str, Any], content: Any, schema: dict[str, Any]) -> bool:
    whole = {"components": document["components"], **schema}
    checker = jsonschema.FormatChecker()
    return bool(jsonschema.Draft202012Validator(whole, format_checker=checker).is_valid(content))


def test_every_list_and_thing_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    """All that GET shows is found by following links, but for what came of a client's own writes."""
    for path, method, operation in operations(document):
        if method == "get" and not path.endswith("/writes"):
            shown = operation["responses"]["200"]["content"]["application/json"]
            assert is_valid(document, shown["example"], shown["schema"]), path


def test_what_could_be_sent_fits_the_schema_of_the_body(document: dict[str, Any]) -> None:
    """And nothing else does."""
    bodies = [each["requestBody"] for _, _, each in operations(document) if "requestBody" in each]
    assert len(bodies) == 5
    for body in bodies:
        for form in body["content"].values():
            assert is_valid(document, form["example"], form["schema"])
            assert not is_valid(document, {"surprise": 1}, form["schema"])


@pytest.mark.parametrize("caller", ["moderator", "stranger", "nobody"])
def test_every_answer_is_documented(
    document: dict[str, Any], serve: Callable[..., FlaskClient], sources: Sources, caller: str
) -> None:
    """Its status, its header fields and its content, with and without what a request needs."""
    stranger = Principal(user_id=9)
    client = (
        serve(sources)
        if caller == "moderator"
        else serve(sources, stranger if caller == "stranger" else None)
    )
    own = {"Content-Type", "Content-Length", "Content-Encoding"}
    for path, method, operation in operations(document):
        url = re.sub(r"\{\w+\}", lambda match: PATH[match[0]], path)
        for headers in ({}, {"If-Match": "*"}, {"If-None-Match": "*"}, {"Accept": "image/png"}):
            answer = client.open(url, method=method.upper(), headers=headers)
            assert str(answer.status_code) in operation["responses"], (path, method, answer.status_code)
            documented = operation["responses"][str(answer.status_code)]
            assert set(dict(answer.headers)) - own <= documented["headers"].keys(), (path, method)
            if answer.data:
                schema = documented["content"][answer.mimetype]["schema"]
                assert is_valid(document, answer.get_json(), schema), (path, method)


@pytest.mark.parametrize("error", [Unavailable, Timeout, Conflict])
def test_every_failure_of_a_source_is_documented(
    document: dict[str, Any], failing: Callable[[Exception], FlaskClient], error: type[Exception]
) -> None:
    """Where a source that raises it can be met."""
    client = failing(error("test", "no"))
    for path, method, operation in operations(document):
        if error is Conflict and method not in WRITES:
            continue  # no source reports a conflict to whoever only reads
        url = re.sub(r"\{\w+\}", lambda match: PATH[match[0]], path)
        status = str(client.open(url + "?q=a" * ("search" in url), method=method.upper()).status_code)
        assert status in operation["responses"], (path, method, status)


def test_each_link_leads_to_the_operation_that_is_told(document: dict[str, Any], sources: Sources) -> None:
    """In the examples, those within items and templates, too; so no link is built otherwise than declared."""
    router = Mount("/de", assemble(sources)).router()
    followed = 0
    for path, method, operation in operations(document):
        for name, link in operation["responses"].get("200", {}).get("links", {}).items():
            if method == "get":
                shown = operation["responses"]["200"]["content"]["application/json"]["example"]
                for url in values_of(shown, name.split(".")):
                    endpoint, _ = router.match(re.sub(r"\{\?.*\}", "", url).partition("?")[0]) or (None, {})
                    assert endpoint is not None, (path, name, url)
                    assert link["operationId"].endswith(f"_{endpoint.name}"), (path, name, url)
                    followed += 1
    assert followed > 60


def test_the_link_of_a_list_to_itself_has_its_query(document: dict[str, Any]) -> None:
    """A cursor is in no answer by itself, so OpenAPI cannot say where `next` leads."""
    lists = 0
    for _, method, operation in operations(document):
        names = {each["name"] for each in operation["parameters"] if each.get("in") == "query"}
        if method == "get" and "limit" in names:
            links = operation["responses"]["200"]["links"]
            assert "next" not in links
            assert {f"$request.query.{each}" for each in names} <= {*links["self"]["parameters"].values()}
            lists += 1
    assert lists >= 6


def values_of(shown: Any, name: list[str]) -> Iterator[str]:
    """The URLs that a link has in an example."""
    if isinstance(shown, list):
        for each in shown:
            yield from values_of(each, name)
    elif isinstance(shown, dict) and name:
        inside = shown if name[0] in shown else shown["links"]
        yield from values_of(inside[name[0]], name[1:])
    elif isinstance(shown, str):
        yield re.sub(r"\{(\w+)\}", "1", shown)


def test_names_and_preconditions(document: dict[str, Any]) -> None:
    """Some concrete parts, as a generated client sees them."""
    ids = {each["operationId"] for _, _, each in operations(document)}
    assert {"get_comments", "add_to_collage_comments", "put_collage", "delete_like"} <= ids
    assert "PageViewOfCommentView" in document["components"]["schemas"]
    kind = document["components"]["schemas"]["HitView"]["properties"]["kind"]
    assert kind == {"type": "string", "x-extensible-enum": ["product", "collage"]}
    put = document["paths"]["/de/collages/{collage_id}"]["put"]
    (if_match,) = (each for each in put["parameters"] if each["name"] == "If-Match")
    assert if_match["required"] is True
    assert {"412", "415", "422", "428", "503", "504"} <= put["responses"].keys()


def test_writes_need_a_scope_and_reads_nothing(document: dict[str, Any]) -> None:
    """A read may come without any token, so it has no padlock, but for one; only a write can be forbidden."""
    assert document["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, method, operation in operations(document):
        kinds = [{"bearer": [f"{kind}:write"]} for kind in ("collages", "comments", "likes")]
        if path.endswith("/batch"):
            assert operation["security"] == []  # its requests need what they need alone
        elif method in WRITES:
            assert operation["security"][0] in kinds, (path, method)
            assert "403" in operation["responses"], (path, method)
        else:
            own = path.endswith("/writes")  # what came of the client's own writes
            assert operation["security"] == ([{"bearer": []}] if own else []), (path, method)
            assert "401" in operation["responses"], (path, method)  # a wrong token is refused
            assert "403" not in operation["responses"], (path, method)
