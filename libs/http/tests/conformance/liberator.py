"""A model of Liberator 0.15.3: its graph as data, and its built-in tests, as far as the vectors use them.

It answers a request as the recorded runs did, so that any number of further runs can be made without a JVM. A test
holds it to all that were recorded. A resource is a mapping of Liberator's keys to constants, as in a vector.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import msgspec

from .vectors import Expected, RecordedRequest, Vector, our_name

KNOWN_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "TRACE", "PATCH")
Test = Callable[["_Call"], bool]


@dataclass(frozen=True)
class _Node:
    kind: str
    on_true: str
    on_false: str
    status: int
    default: str


@cache
def _graph() -> Mapping[str, _Node]:
    with Path(__file__).with_name("liberator.csv").open(encoding="utf-8", newline="") as rows:
        return {
            row["node"]: _Node(
                row["kind"], row["on_true"], row["on_false"], int(row["status"] or 0), row["default"]
            )
            for row in csv.DictReader(rows)
        }


class _Call:
    """One request to one resource."""

    def __init__(self, resource: Mapping[str, Any], request: RecordedRequest) -> None:
        self.resource = resource
        self.method = request.method
        self.headers = request.headers
        self.representation: dict[str, str] = {}

    def offers(self, what: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.resource.get(f"available-{what}", default))

    @property
    def etag(self) -> str | None:
        return f'"{self.resource["etag"]}"' if "etag" in self.resource else None

    def negotiate(self, what: str, found: str | None) -> bool:
        if found is not None:
            self.representation[what] = found
        return found is not None

    def is_later(self, field: str) -> bool:
        """Whether Last-Modified is after the date of the field."""
        last_modified = parsedate_to_datetime(self.resource["last-modified"])
        return last_modified > parsedate_to_datetime(self.headers[field])


def _has(field: str) -> Test:
    return lambda call: field in call.headers


def _is(*methods: str) -> Test:
    return lambda call: call.method in methods


def _is_date(field: str) -> Test:
    def test(call: _Call) -> bool:
        try:
            parsedate_to_datetime(call.headers[field])
        except ValueError:
            return False
        return True

    return test


def _accept_exists(call: _Call) -> bool:
    if "accept" in call.headers:
        return True
    offered = call.offers("media-types", ())
    call.negotiate("media-type", offered[0] if offered else None)
    return False


def _media_type_available(call: _Call) -> bool:
    return call.negotiate(
        "media-type", best_media_type(call.headers["accept"], call.offers("media-types", ()))
    )


def _language_available(call: _Call) -> bool:
    offered = call.offers("languages", ("*",))
    found = best_language(call.headers["accept-language"], offered)
    if found == "*":
        return True
    return call.negotiate("language", found)


def _encoding_available(call: _Call) -> bool:
    offered = call.offers("encodings", ("identity",))
    found = best_encoding(call.headers["accept-encoding"], offered)
    return found == "identity" or call.negotiate("encoding", found)


def _weighted(field: str) -> list[tuple[str, float]]:
    members = []
    for member in field.split(","):
        value, *parameters = (part.strip() for part in member.split(";"))
        weight = next((float(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        members.append((value, weight))
    return members


def best_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the offered types; of equal ones the last that the client lists, of these the first offered."""
    best: tuple[float, str] | None = None
    for range_, weight in _weighted(accept):
        kind, _, subtype = range_.partition("/")
        for each in offered:
            offered_kind, _, offered_subtype = each.partition("/")
            if kind in ("*", offered_kind) and subtype in ("*", offered_subtype):
                if best is None or weight >= best[0]:
                    best = weight, each
                break
    return best[1] if best else None


def best_language(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the offered languages: a range matches itself and what begins with it; `*` matches nothing else."""
    found = [
        (weight, each)
        for range_, weight in _weighted(accept)
        for each in offered
        if each in ("*", range_) or each.startswith(f"{range_}-")
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def best_encoding(accept: str, offered: tuple[str, ...]) -> str | None:
    """The best of the offered codings; identity if none is wanted."""
    weights = dict(_weighted(accept))
    found = [(weights.get(each, weights.get("*", 0.0)), each) for each in offered]
    wanted = [each for each in found if each[0] > 0]
    return max(wanted, key=lambda each: each[0])[1] if wanted else "identity"


_TESTS: Mapping[str, Test] = {
    "known-method?": _is(*KNOWN_METHODS),
    "method-allowed?": lambda call: call.method in call.resource.get("allowed-methods", ("GET", "HEAD")),
    "is-options?": _is("OPTIONS"),
    "accept-exists?": _accept_exists,
    "media-type-available?": _media_type_available,
    "accept-language-exists?": _has("accept-language"),
    "language-available?": _language_available,
    "accept-charset-exists?": _has("accept-charset"),
    "accept-encoding-exists?": _has("accept-encoding"),
    "encoding-available?": _encoding_available,
    "if-match-exists?": _has("if-match"),
    "if-match-star?": lambda call: call.headers["if-match"] == "*",
    "etag-matches-for-if-match?": lambda call: call.headers["if-match"] == call.etag,
    "if-unmodified-since-exists?": _has("if-unmodified-since"),
    "if-unmodified-since-valid-date?": _is_date("if-unmodified-since"),
    "unmodified-since?": lambda call: (
        "last-modified" in call.resource and call.is_later("if-unmodified-since")
    ),
    "if-none-match-exists?": _has("if-none-match"),
    "if-none-match-star?": lambda call: call.headers["if-none-match"] == "*",
    "etag-matches-for-if-none?": lambda call: call.headers["if-none-match"] == call.etag,
    "if-modified-since-exists?": _has("if-modified-since"),
    "if-modified-since-valid-date?": _is_date("if-modified-since"),
    "modified-since?": lambda call: "last-modified" in call.resource and call.is_later("if-modified-since"),
    "method-delete?": _is("DELETE"),
    "method-patch?": _is("PATCH"),
    "post-to-existing?": _is("POST"),
    "put-to-existing?": _is("PUT"),
    "if-none-match?": _is("GET", "HEAD"),
    "if-match-star-exists-for-missing?": lambda call: call.headers.get("if-match") == "*",
    "method-put?": _is("PUT"),
    "method-post?": _is("POST"),
    "post-to-gone?": _is("POST"),
    "post-to-missing?": _is("POST"),
}


NOTHING: Mapping[str, bool] = MappingProxyType({})


def run(
    resource: Mapping[str, Any], request: RecordedRequest, forced: Mapping[str, bool] = NOTHING
) -> Expected:
    """What Liberator answers.

    Args:
        resource: its keys, to constants.
        request: what is asked.
        forced: answers of nodes, in our spelling, that replace Liberator's.
    """
    call, path, name = _Call(resource, request), list[str](), "initialize-context"
    while (node := _graph()[name]).kind != "handler":
        if name == "can-post-to-gone?" and name not in resource:
            return Expected(500, {}, tuple(path))  # a forgotten default
        answer = forced.get(our_name(name), _answer(call, name, node))
        path.append(f"{name}{'+' if answer else '-'}")
        name = node.on_true if answer else node.on_false
    return Expected(node.status, _headers(call, name, node.status), (*path, name))


def _answer(call: _Call, name: str, node: _Node) -> bool:
    if node.kind == "action":
        return True
    if name in _TESTS:
        return _TESTS[name](call)
    return bool(call.resource.get(name, node.default == "true"))


_EMPTY = ("created", "no-content", "not-modified", "options", "multiple-representations")
_EMPTY_HANDLERS = frozenset(
    f"handle-{name}" for name in (*_EMPTY, "see-other", "moved-permanently", "moved-temporarily")
)
"""Those without a body, whose Content-Type has no charset."""


def _headers(call: _Call, handler: str, status: int) -> dict[str, str]:
    made = call.representation
    fields = {"media-type": "Accept", "language": "Accept-Language", "encoding": "Accept-Encoding"}
    charset = "" if handler in _EMPTY_HANDLERS else ";charset=UTF-8"
    media_type = made.get("media-type") or ("" if handler in _EMPTY_HANDLERS else "text/plain")
    headers = {
        "ETag": call.etag or "",
        "Last-Modified": call.resource.get("last-modified", ""),
        "Vary": ", ".join(field for what, field in fields.items() if what in made),
        "Content-Type": media_type and media_type + charset,
        "Content-Language": made.get("language", ""),
        "Content-Encoding": made.get("encoding", ""),
        "Location": call.resource.get("location", "") if status in (201, 301, 303, 307) else "",
    }
    headers = {name: value for name, value in headers.items() if value}
    if call.method == "OPTIONS" or status == 405:
        methods = call.resource.get("allowed-methods", ("GET", "HEAD"))
        headers |= {"Allow": ", ".join(methods)} | ({"Accept-Patch": ""} if "PATCH" in methods else {})
    return headers


_YES_OR_NO = (True, False)
_RESOURCE: Mapping[str, tuple[tuple[Any, ...], float]] = {
    "available-languages": ((["de-DE", "en-GB"], ["de-DE"], ["en", "de", "fr"]), 0.75),
    "available-encodings": ((["identity", "gzip"],), 0.5),
    "last-modified": (("Tue, 15 Nov 1994 12:45:26 GMT",), 0.7),
    "etag": (("v1",), 0.6),
    **dict.fromkeys(("exists?", "existed?"), (_YES_OR_NO, 0.6)),
    **dict.fromkeys(
        (
            "new?",
            "conflict?",
            "patch-enacted?",
            "moved-temporarily?",
            "can-post-to-gone?",
            "put-to-different-url?",
            "multiple-representations?",
            "post-redirect?",
            "respond-with-entity?",
            "delete-enacted?",
            "put-enacted?",
            "moved-permanently?",
            "can-post-to-missing?",
            "post-enacted?",
            "can-put-to-missing?",
        ),
        (_YES_OR_NO, 0.4),
    ),
    **dict.fromkeys(
        (
            "valid-entity-length?",
            "valid-content-header?",
            "processable?",
            "authorized?",
            "known-content-type?",
            "allowed?",
            "malformed?",
            "uri-too-long?",
            "service-available?",
        ),
        (_YES_OR_NO, 0.04),
    ),
}
_MEDIA_TYPES = (
    ["text/html", "application/json", "text/csv"],
    ["application/json", "text/html"],
    ["application/json"],
)
_METHODS = (
    *[["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]] * 9,
    ["PUT", "DELETE"],
    ["GET", "HEAD", "OPTIONS"],
    ["GET", "HEAD"],
    ["GET", "POST"],
)
_DATES = (*(f"{day} Nov 1994 12:45:26 GMT" for day in ("Mon, 14", "Tue, 15", "Wed, 16")), "not a date")
_FIELDS: Mapping[str, tuple[tuple[str, ...], float]] = {
    "accept": (
        (
            "application/xml, text/html;q=0.3",
            "text/html;q=0.2, application/json;q=0.8",
            "text/*",
            "image/png",
            "application/json;q=0.5, text/html;q=0.9",
            "text/html",
            "*/*",
            "text/csv, */*;q=0.1",
            "application/json",
        ),
        0.5,
    ),
    "accept-language": (
        ("de-DE", "fr-FR, en;q=0.5", "fr", "en-GB", "de", "de-DE;q=0.3, en-GB;q=0.7", "*", "nl"),
        0.5,
    ),
    "accept-encoding": (("gzip", "br", "gzip;q=0.5, identity;q=0.1", "*", "identity"), 0.35),
    "if-match": (("*", '"v1"', '"v2"'), 0.25),
    "if-none-match": (("*", '"v1"', '"v2"'), 0.2),
    "if-modified-since": (_DATES, 0.2),
    "if-unmodified-since": (_DATES, 0.2),
}


def random_vector(random: Random) -> Vector:
    """A vector such as those that were recorded, with what the model answers."""
    resource = {
        key: random.choice(values) for key, (values, share) in _RESOURCE.items() if random.random() < share
    }
    resource |= {
        "available-media-types": random.choice(_MEDIA_TYPES),
        "allowed-methods": random.choice(_METHODS),
        "location": "/there",
    }
    headers = {
        name: random.choice(values) for name, (values, share) in _FIELDS.items() if random.random() < share
    }
    method = random.choice((*KNOWN_METHODS, *("GET", "POST", "PUT", "PATCH", "DELETE") * 3, "BREW"))
    request = RecordedRequest(method, headers)
    return msgspec.convert(
        {"resource": resource, "request": request, "expect": run(resource, request)}, Vector
    )
