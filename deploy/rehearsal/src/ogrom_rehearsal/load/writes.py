"""The writes of a load: collages and comments are made, changed and deleted, each thing by one request at a time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from .connection import Response
from .profile import Target, Writes

Noun: TypeAlias = Literal["collages", "comments"]
Method: TypeAlias = Literal["POST", "PUT", "PATCH", "DELETE"]


class State(Struct, frozen=True):
    """What the database holds of a collage or a comment.

    Attributes:
        noun: which of the two.
        id: its number; 0 if nobody has said.
        text: the collage's title or the comment's text, which no other write of the load has.
        z: of the collage's only placement; 0 of a comment.
        revision: of the collage; 1 of a comment.
    """

    noun: Noun
    id: int
    text: str
    z: int
    revision: int


class Write(Struct, frozen=True):
    """One write.

    Attributes:
        method: of its request.
        state: what it makes of the thing; of a DELETE, what it takes away.
    """

    method: Method
    state: State


_MIXTURE: Mapping[tuple[Noun, Method], int] = {
    ("collages", "POST"): 3,
    ("collages", "PUT"): 3,
    ("collages", "PATCH"): 3,
    ("collages", "DELETE"): 2,
    ("comments", "POST"): 3,
    ("comments", "DELETE"): 2,
}
_STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}
_DEPTHS = 1000
_ID = re.compile(rb'"id":(\d+)')
_ETAG = re.compile(rb"\r\netag: *([^\r]*)\r", re.IGNORECASE)


@dataclass
class Writer:
    """Chooses each write, and knows what may be written next.

    A thing is left alone while a request for it is under way, and for good once one has failed: nobody knows then what
    has become of it, and what its entity tag is.
    """

    writes: Writes
    _random: Random = field(default_factory=lambda: Random(1))
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _idle: Mapping[Noun, list[tuple[State, str]]] = field(
        default_factory=lambda: {"collages": [], "comments": []}
    )

    def next(self) -> tuple[Write, Target]:
        """The next write, and its request."""
        ((noun, method),) = self._random.choices(list(_MIXTURE), list(_MIXTURE.values()))
        number, idle = next(self._numbers), self._idle[noun]
        text, z = f"{self.writes.tag} {number}", number % _DEPTHS * (noun == "collages")
        if method == "POST" or not idle:
            write, etag = Write("POST", State(noun, 0, text, z, 1)), ""
        else:
            before, etag = idle.pop(self._random.randrange(len(idle)))
            after = State(noun, before.id, text, before.z if method == "PATCH" else z, before.revision + 1)
            write = Write(method, before if method == "DELETE" else after)
        return write, self._target(write, etag)

    def succeeded(self, write: Write, response: Response) -> Write:
        """The write as the response completes it; what it has left may be written again."""
        if write.method == "DELETE":
            return write
        if write.method == "POST" and (id := _ID.search(response.content)):
            write = replace(write, state=replace(write.state, id=int(id[1])))
        if write.state.id and (etag := _ETAG.search(response.head)):
            self._idle[write.state.noun].append((write.state, etag[1].decode("latin-1")))
        return write

    def _target(self, write: Write, etag: str) -> Target:
        method, state, writes = write.method, write.state, self.writes
        if state.id:
            path = f"{writes.path}/{state.noun}/{state.id}"
        elif state.noun == "collages":
            path = f"{writes.path}/collages"
        else:
            path = f"{writes.path}/collages/{writes.collage}/comments"
        kind = "merge-patch+json" if method == "PATCH" else "json"
        headers = {"Authorization": f"Bearer {writes.token}"}
        headers |= {"If-Match": etag} if etag and state.noun == "collages" else {}
        if method == "DELETE":
            return Target(path, statuses=(_STATUS[method],), method=method, headers=headers)
        return Target(
            path,
            statuses=(_STATUS[method],),
            contains=f'"{state.text}"',
            method=method,
            headers={**headers, "Content-Type": f"application/{kind}"},
            content=json.dumps(self._members(write)),
        )

    def _members(self, write: Write) -> Mapping[str, object]:
        text, author = write.state.text, {"author_id": self.writes.author}
        if write.state.noun == "comments":
            return {**author, "text": text}
        if write.method == "PATCH":
            return {"title": text}
        whole = {"x": 0, "y": 0, "width": 1, "height": 1}
        placement = {"product_id": self.writes.product, **whole, "z": write.state.z}
        return {**author, "title": text, "placements": [placement]}
