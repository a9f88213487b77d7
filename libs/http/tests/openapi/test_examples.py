"""Examples that are found by following links."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Resource
from ogrom.http.openapi import Examples, collect
from ogrom.http.openapi.examples import NONE


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What could be sent."""

    text: str


class Numbered(msgspec.Struct, frozen=True):
    """Has a member of that name, of another type."""

    text: int


@dataclass(frozen=True)
class Start(Resource[None]):
    """Links to some notes, of which the first is gone, and to nowhere."""

    links_to = ("note",)

    def handle_ok(self, x: Exchange[None]) -> object:
        return {
            "notes": [x.link("note", note_id=each) for each in (1, 2, 3)],
            "nowhere": "/nowhere",
            "no": "/notes/x",
        }


@dataclass(frozen=True)
class OneNote(Resource[str]):
    """A note, unless it is the first; fails if told so."""

    asked: list[int]
    fails: bool = False
    note_id = PathParameter()

    def exists(self, x: Exchange[str]) -> str | None:
        self.asked.append(self.note_id(x))
        if self.fails:
            raise OSError
        return "Buy milk." if self.note_id(x) > 1 else None

    def etag(self, x: Exchange[str]) -> str:
        return "b"

    def handle_ok(self, x: Exchange[str]) -> object:
        return {"id": self.note_id(x), "text": x.entity, "words": ["a", "b", "c"]}


def examples(note: OneNote, *start: str) -> Examples:
    mount = Mount("/v1", (Endpoint("start", "/", Start()), Endpoint("note", "/notes/{note_id}", note)))
    return collect(mount, start or ("/",), context=lambda _: None)


def test_each_endpoint_is_asked_until_it_answers() -> None:
    """Then no more, however many links lead there."""
    asked: list[int] = []
    found = examples(OneNote(asked))
    assert asked == [1, 2]
    assert found.is_complete
    assert found.argument("note", "note_id") == 2
    assert str(found.etag("note")).startswith('"b~')


def test_long_lists_are_cut() -> None:
    """Two items show what all look like."""
    assert examples(OneNote([])).content("note") == {"id": 2, "text": "Buy milk.", "words": ["a", "b"]}


def test_what_is_shown_can_be_sent() -> None:
    """As far as the body's type has it; what another endpoint shows helps out."""
    found = examples(OneNote([]))
    assert found.body("note", Draft) == found.body("start", Draft) == {"text": "Buy milk."}
    assert found.body("note", Numbered) is NONE
    assert found.body("note", dict[str, Any]) is NONE


def test_a_failure_ends_the_search() -> None:
    """Collecting stops at a failure; what was found before is kept."""
    asked: list[int] = []
    found = examples(OneNote(asked, fails=True))
    assert not found.is_complete
    assert asked == [1]
    assert found.content("note") is NONE
    assert found.content("start") is not NONE


def test_an_argument_of_another_endpoint_helps_out() -> None:
    """One that nobody knows is none."""
    found = examples(OneNote([]))
    assert found.argument("elsewhere", "note_id") == 2
    assert found.argument("elsewhere", "other") is NONE
    assert found.etag("elsewhere") is NONE


def test_a_query_is_part_of_the_example() -> None:
    """What is asked is what the parameters show."""
    mount = Mount("", (Endpoint("start", "/", Start()), Endpoint("note", "/notes/{note_id}", OneNote([]))))
    found = collect(mount, ("/notes/7?x=1", "/?q=a%20b"), context=lambda _: None)
    assert found.by_endpoint == {}  # neither reads a query, so both are refused
