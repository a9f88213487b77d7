"""Each kind of refusal has a type, which the description lists and a page explains."""

import re
from collections.abc import Callable
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from ogrom.operations.access.parsers import Rate

JSON = {"Content-Type": "application/json"}
COLLAGE = "/v1/de-DE/collages/1"
PLACEMENT = b'{"product_id": 1, "x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5, "rotation": 0, "z": 0}'
DRAFT = b'{"author_id": 1, "title": "a", "placements": [' + PLACEMENT + b"]}"

WITHOUT_TYPE = {404, 405, 500, 501}
"""The statuses that say all."""

# `processable` refuses with 400 here; the graph knows only that it could end in 422.
NEVER = {("get_products", "422")}

# What is sent, as whom, and what kind of refusal it is; the path of the description follows from the URL.
REFUSALS: dict[str, tuple[str, str, bytes, dict[str, str], tuple[Any, ...] | None]] = {
    "invalid-query": ("GET", "/v1/de-DE/products?limit=0", b"", {}, None),
    "bad-cursor": ("GET", "/v1/de-DE/products?cursor=x", b"", {}, None),
    "not-acceptable": ("GET", "/v1/de-DE/products", b"", {"Accept": "image/png"}, None),
    "unknown-market": ("GET", "/v1/xx-XX/products", b"", {}, None),
    "invalid-token": ("GET", "/v1/de-DE/products", b"", {"Authorization": "Bearer x"}, None),
    "missing-token": ("POST", "/v1/de-DE/collages", DRAFT, JSON, None),
    "missing-scope": ("POST", "/v1/de-DE/collages", DRAFT, JSON, (1, "comments:write")),
    "author-mismatch": ("POST", "/v1/de-DE/collages", DRAFT, JSON, (2, "collages:write")),
    "malformed-content": ("POST", "/v1/de-DE/collages", b"{", JSON, ()),
    "unsupported-media-type": ("POST", "/v1/de-DE/collages", DRAFT, {"Content-Type": "text/plain"}, ()),
    "unsupported-content-coding": (
        "POST",
        "/v1/de-DE/collages",
        DRAFT,
        {**JSON, "Content-Encoding": "gzip"},
        (),
    ),
    "content-too-large": ("POST", "/v1/de-DE/collages", b" " * 1_100_000, JSON, ()),
    "invalid-content": ("POST", "/v1/de-DE/collages", b"{}", JSON, ()),
    "content-range-not-supported": ("PUT", COLLAGE, DRAFT, {**JSON, "Content-Range": "bytes 0-1/2"}, ()),
    "not-owner": ("DELETE", COLLAGE, b"", {"If-Match": "*"}, (999, "collages:write")),
    "if-match-required": ("DELETE", COLLAGE, b"", {}, ()),
    "stale-revision": ("DELETE", COLLAGE, b"", {"If-Match": '"0"'}, ()),
    "if-none-match-failed": ("PUT", COLLAGE, DRAFT, {**JSON, "If-Match": "*", "If-None-Match": "*"}, ()),
    "no-entity-tag": ("PUT", f"{COLLAGE}/likes/1", b"", {"If-Match": '"0"'}, ()),
}


def ask(client: Any, authorization: Callable[..., dict[str, str]], kind: str) -> Any:
    method, url, content, headers, user = REFUSALS[kind]
    token = {} if user is None else authorization(*user)
    return client.open(url, method=method, data=content or None, headers={**token, **headers})


def operation(document: dict[str, Any], method: str, url: str) -> dict[str, Any]:
    """That of a request to the market's endpoints."""
    path = re.sub(r"^/v1/[^/]+", "/v1/{locale}", url.partition("?")[0])
    matches = (
        re.sub(r"\\{\w+\\}", r"\\d+", re.escape(each).replace("\\{locale\\}", "{locale}"))
        for each in document["paths"]
    )
    found = next(
        each
        for each, pattern in zip(document["paths"], matches, strict=True)
        if re.fullmatch(pattern.replace("{locale}", re.escape("{locale}")), path)
    )
    made: dict[str, Any] = document["paths"][found][method.lower()]
    return made


@pytest.mark.parametrize("kind", REFUSALS)
def test_each_kind_of_refusal_has_a_type_that_is_listed_and_explained(
    client: Any, authorization: Callable[..., dict[str, str]], kind: str
) -> None:
    """The answer, the description and the page agree."""
    refused = ask(client, authorization, kind)
    document = refused.json
    assert document["type"] == f"/problems/{kind}"
    described = client.get("/v1/openapi.json").json
    method, url, *_ = REFUSALS[kind]
    response = operation(described, method, url)["responses"][str(refused.status_code)]
    assert document["type"] in response["x-problem-types"]
    schema = {
        "components": described["components"],
        **response["content"]["application/problem+json"]["schema"],
    }
    jsonschema.Draft202012Validator(schema).validate(document)
    page = client.get(document["type"]).json
    assert (page["title"], page["status"]) == (document["title"], refused.status_code)
    assert document.keys() - {"instance", "request_id"} <= page["example"].keys()


def test_every_type_that_is_described_has_a_page_for_people_and_for_programs(client: Any) -> None:
    """And each example is a problem as the description says; whatever is listed is sorted."""
    described = client.get("/v1/openapi.json").json
    problem = {"components": described["components"], "$ref": "#/components/schemas/Problem"}
    validator = jsonschema.Draft202012Validator(problem)
    known = {each["type"]: each for each in client.get("/problems").json["items"]}
    for item in described["paths"].values():
        for method in item.values():
            for status, response in method["responses"].items():
                types = response.get("x-problem-types", [])
                assert types == sorted(set(types))
                assert {known[each]["status"] for each in types} <= {int(status)}
                shown = response.get("x-content-problem-types", {})
                assert shown == {each: known[each]["status"] for each in shown}
                place = (method["operationId"], status)
                assert types or int(status) < 400 or int(status) in WITHOUT_TYPE or place in NEVER, place
    for type_ in known:
        page = client.get(type_).json
        validator.validate(page["example"])
        assert page["example"]["type"] == type_
        assert all(page[each].endswith(".") for each in ("what_happened", "how_to_fix_it"))
        shown = client.get(type_, headers={"Accept": "text/html"})
        assert (shown.status_code, shown.mimetype) == (200, "text/html")
        assert "how to fix it" in shown.text


def test_a_problem_in_a_browser_leads_to_its_page(client: Any) -> None:
    """The type is a link."""
    page = client.get("/v1/de-DE/products?limit=0", headers={"Accept": "text/html"})
    assert 'href="/problems/invalid-query"' in page.text


def test_who_has_no_key_and_who_asks_too_often_is_told_by_type(
    make_container: Callable[..., Any], store: str
) -> None:
    """The description lists both."""
    said = {"token_key": None, "rate_limit": (Rate(3, 3600),)}
    client = make_container(store, said=said).app().test_client()
    described = client.get("/v1/openapi.json").json
    responses = operation(described, "POST", "/v1/de-DE/collages")["responses"]
    for status, kind in ((401, "writes-disabled"), (401, "writes-disabled"), (429, "quota-exceeded")):
        refused = client.post("/v1/de-DE/collages", data=DRAFT, headers=JSON)
        assert (refused.status_code, refused.json["type"]) == (status, f"/problems/{kind}")
        assert refused.json["type"] in responses[str(status)]["x-problem-types"]
