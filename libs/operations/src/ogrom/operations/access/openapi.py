"""What the API's description says of rates and of what is refused before an endpoint is asked."""

from collections.abc import Iterator
from typing import Any

from ..problems import KEYS_UNAVAILABLE, OF_SERVER, QUOTA_EXCEEDED
from ..serving import HEALTH
from .credentials import READS
from .parsers import Rate

Json = dict[str, Any]

_DRAFT = "(draft-ietf-httpapi-ratelimit-headers); absent while requests are not counted."
_FIELDS = {
    "RateLimit": (
        f"How many requests each policy still allows, and in how many seconds its window ends {_DRAFT}",
        '"requests";r=599;t=60',
    ),
    "RateLimit-Policy": (
        f"How many requests a client may send per window, and the window's length in seconds {_DRAFT}",
        '"requests";q=600;w=60',
    ),
}
_REFUSAL = ("Cache-Control", "Retry-After", "Vary", "X-Request-Id", *_FIELDS)
_VIOLATED: Json = {
    "type": "object",
    "properties": {"violated-policies": {"type": "array", "items": {"type": "string"}}},
    "required": ["violated-policies"],
}


def with_rates(document: Json, *, everything: tuple[Rate, ...], writes: tuple[Rate, ...]) -> Json:
    """The description of an API with rates, which are for all but health; without any, the document as it is.

    Args:
        everything: the rates for all requests.
        writes: those for writes, besides.
    """
    if not (everything or writes):
        return document
    rates = {"reads": everything, "writes": (*everything, *writes)}
    paths = {path: dict(_item(path, item, rates)) for path, item in document["paths"].items()}
    components = document["components"]
    headers = components["headers"] | {name: _component(*about) for name, about in _FIELDS.items()}
    return {**document, "paths": paths, "components": components | {"headers": headers}}


def with_refusals(document: Json) -> Json:
    """The description, with the types of what the server refuses, and of tokens that cannot be verified."""
    paths = {
        path: {
            method: operation | {"responses": dict(_refusals(method, operation["responses"]))}
            for method, operation in item.items()
        }
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def _refusals(method: str, responses: Json) -> Iterator[tuple[str, Json]]:
    further = (*OF_SERVER.values(), *(() if method.upper() in READS else (KEYS_UNAVAILABLE,)))
    for status, response in responses.items():
        types = {each.path for each in further if str(each.status) == status}
        known = response.get("x-problem-types", ())
        yield status, response | ({"x-problem-types": sorted(types.union(known))} if types else {})


def _item(path: str, item: Json, rates: dict[str, tuple[Rate, ...]]) -> Iterator[tuple[str, Json]]:
    for method, operation in item.items():
        counted = rates["reads" if method.upper() in READS else "writes"]
        limited = counted and not path.startswith(HEALTH)
        yield method, _limited(operation, counted) if limited else operation


def _limited(operation: Json, rates: tuple[Rate, ...]) -> Json:
    told = _references(*_FIELDS)
    responses = {
        status: each | {"headers": each["headers"] | told} for status, each in operation["responses"].items()
    }
    # A refusal has the same forms as the other errors.
    content = dict(next(each["content"] for status, each in responses.items() if status >= "400"))
    problem = content["application/problem+json"]["schema"]
    content["application/problem+json"] = {"schema": {"allOf": [problem, _VIOLATED]}}
    responses["429"] = {
        "description": f"More than {' or '.join(map(str, rates))}; Retry-After says when to try again.",
        "headers": _references(*_REFUSAL),
        "content": content,
        "x-problem-types": [QUOTA_EXCEEDED.path],
    }
    return operation | {"responses": dict(sorted(responses.items()))}


def _references(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _component(about: str, example: str) -> Json:
    return {"description": about, "schema": {"type": "string"}, "example": example}
