"""Vectors: what Liberator was given and how the run went, one JSON object a line; and how ours goes."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ogrom.http import JSON, Renderer, Resource, always
from ogrom.http.testing import call

OURS = frozenset(
    {
        "body_allowed",
        "entity_allowed",
        "too_many_requests",
        "query_well_formed",
        "body_well_formed",
        "body_valid",
        "idempotency_key_exists",
        "idempotency_key_well_formed",
        "idempotency_key_used",
        "idempotency_key_matches",
        "is_repeated_delete",
        "is_repeated_patch",
        "is_repeated_post",
        "precondition_required",
        "is_put",
        "is_patch",
        "permanent_redirect",
    }
)
"""The nodes that Liberator does not have; in a vector, each has its default answer."""


class Run(NamedTuple):
    """How a run went, in a form that can be compared.

    Attributes:
        status: the response's.
        headers: the response's fields, as far as they are known.
        path: the visited nodes, each with `+` or `-`, and the handler.
    """

    status: int
    headers: Mapping[str, str]
    path: tuple[str, ...]

    @property
    def end(self) -> str:
        """The handler that ended the run."""
        return self.path[-1]


class RecordedRequest(msgspec.Struct, frozen=True):
    """A request to `/x` without content; the names of its header fields are in lower case."""

    method: str
    headers: dict[str, str]


class Expected(msgspec.Struct, frozen=True):
    """What Liberator answered, and the nodes it visited, in its own spelling."""

    status: int
    headers: dict[str, str]
    path: tuple[str, ...]

    @property
    def run(self) -> Run:
        """The same with its nodes in our spelling."""
        return Run(self.status, self.headers, tuple(map(our_name, self.path)))


class Vector(msgspec.Struct, frozen=True, dict=True):
    """One recorded run.

    Attributes:
        resource: Liberator's keys that were set, to constants.
        request: what was asked.
        expect: what was answered.
    """

    resource: dict[str, Any]
    request: RecordedRequest
    expect: Expected

    @cached_property
    def theirs(self) -> Run:
        """Liberator's run, its nodes in our spelling."""
        return self.expect.run

    @cached_property
    def defined(self) -> type[Resource[Any, Any]]:
        """The same resource as a class of ours."""
        members = {"handle_ok": always({"ok": True}), "encodings": (), "renderers": (JSON,)}
        for key, value in self.resource.items():
            members |= _member(key, value)
        return type("Recorded", (Resource,), members)


def read_vectors(file: Path) -> Iterator[Vector]:
    """The vectors of a file, one a line.

    Raises:
        ValueError: a line is not a vector; the message has its number.
    """
    decoder = msgspec.json.Decoder(Vector)
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield decoder.decode(line)
                except msgspec.MsgspecError as error:
                    raise ValueError(f"{file}: line {number} is not a vector: {error}") from None


def _member(key: str, value: Any) -> Mapping[str, Any]:
    """What one of Liberator's keys is in a class of ours."""
    match key:
        case "allowed-methods":
            return {"methods": tuple(value)}
        case "available-media-types":
            return {"renderers": tuple(map(_renderer, value))}
        case "available-languages":
            return {"languages": tuple(tag for tag in value if tag != "*")}
        case "available-encodings":
            return {"encodings": tuple(coding for coding in value if coding != "identity")}
        case "last-modified":
            return {"last_modified": always(parsedate_to_datetime(value))}
        case _:
            return {our_name(key): always(value)}


def _renderer(media_type: str) -> Renderer:
    return Renderer(media_type, JSON.render, problem_type=JSON.problem_type)


def our_name(name: str) -> str:
    """A node of Liberator in our spelling: `if-match-exists?+` is `if_match_exists+`, `post!` is `post`."""
    return name.replace("?", "").replace("!", "").replace("-", "_").removesuffix("_") + (
        "-" if name.endswith("-") else ""
    )


def run_of(vector: Vector) -> Run:
    """Our run: the vector's request decided by our engine, with every node on the way."""
    called = call(
        vector.defined(), vector.request.method, headers=vector.request.headers, target="/x", folded=False
    )
    path = tuple(step for step in called.path if step.rstrip("+-") not in OURS)
    return Run(called.response.status, called.response.headers, path)
