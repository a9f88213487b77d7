"""Vectors: what a run of Liberator was given and what came out, one JSON object a line."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from ..nodes import always
from ..representations import JSON, Renderer
from ..resource import Resource
from .outcomes import Outcome


class RecordedRequest(msgspec.Struct, frozen=True):
    """A request to `/x` without content; the names of its header fields are in lower case."""

    method: str
    headers: dict[str, str]


class Expected(msgspec.Struct, frozen=True):
    """What Liberator answered, and the nodes it went through in its own spelling."""

    status: int
    headers: dict[str, str]
    path: tuple[str, ...]


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
    def theirs(self) -> Outcome:
        """Liberator's outcome, its nodes in our spelling."""
        path = tuple(_node(each) for each in self.expect.path)
        return Outcome(self.expect.status, self.expect.headers, path)

    @cached_property
    def defined(self) -> type[Resource[Any, Any]]:
        """The same resource as a class of ours."""
        members = {"handle_ok": always({"ok": True}), "encodings": (), "renderers": (JSON,)}
        for key, value in self.resource.items():
            members |= _member(key, value)
        return type("Recorded", (Resource,), members)

    def asks(self, *fields: str) -> bool:
        """Whether the request has one of these header fields."""
        return any(field in self.request.headers for field in fields)


def read_vectors(file: Path) -> Iterator[Vector]:
    """The vectors of a file, one a line.

    Raises:
        ValueError: a line is no vector; the message names it.
    """
    decoder = msgspec.json.Decoder(Vector)
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield decoder.decode(line)
                except msgspec.MsgspecError as error:
                    raise ValueError(f"{file}: line {number} is no vector: {error}") from None


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
            return {_node(key): always(value)}


def _renderer(media_type: str) -> Renderer:
    return Renderer(media_type, JSON.render, JSON.problem_type)


def _node(name: str) -> str:
    """Our spelling: `if-match-exists?+` is `if_match_exists+`, `post!` is `post`."""
    return name.replace("?", "").replace("!", "").replace("-", "_").removesuffix("_") + (
        "-" if name.endswith("-") else ""
    )
