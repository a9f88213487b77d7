"""What two releases do to each other's rows on one database: what one writes the other reads, changes and deletes."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

Json: TypeAlias = Any


class Differs(Exception):
    """Two releases do not agree; the text says what about."""


class Side(Protocol):
    """One release on the database.

    Attributes:
        name: what people call it: `sources 4.1.0`.
        keys: whether it knows idempotency keys.
    """

    name: str
    keys: bool

    def begin(self, call: str, *args: Json, key: str | None = None, **kwargs: Json) -> None:
        """Begin a call of a source: `likes.likes`."""
        ...

    def end(self) -> Json:
        """What came of the call that was begun.

        Raises:
            Refused: it raised an error.
        """
        ...


class Refused(Exception):
    """A call raised an error; the text is its kind."""


@dataclass(frozen=True)
class Release:
    """A side, whose calls are ended at once."""

    side: Side

    def __call__(self, call: str, *args: Json, key: str | None = None, **kwargs: Json) -> Json:
        """What came of a call."""
        self.side.begin(call, *args, key=key, **kwargs)
        return self.side.end()

    def hits(self, query: str) -> list[Json]:
        """The ids that a search finds."""
        return [each["id"] for each in self("search.search", query, EVERYTHING)["items"]]


EVERYTHING: Final = {"PageRequest": {"limit": 100}}
_COMMENT: Final = {"CommentDraft": {"author_id": 3, "text": "Schön 🌷"}}


def draft(title: str, *products: int) -> Json:
    """A collage's draft."""
    placed = [
        {"product_id": each, "x": 2 / 3, "y": 0.1 + 0.2, "width": 1e-9, "height": 1.0} for each in products
    ]
    return {"CollageDraft": {"author_id": 2, "title": title, "placements": placed}}


def reads(one: Release, two: Release) -> None:
    """What the phase was filled with is the same to both."""
    for call, args in (
        ("products.products", [EVERYTHING]),
        ("products.products_by_ids", [[1, 2, 3, 4, 5, 6, 7]]),
        ("categories.categories", []),
        ("users.users_by_ids", [[1, 2, 3]]),
        ("collages.collages", [EVERYTHING]),
        ("comments.comments", [EVERYTHING]),
        ("likes.likes", [11]),
        ("search.search", ["Kleid", EVERYTHING]),
    ):
        same(call, one(call, *args), two(call, *args))


def a_collage(one: Release, two: Release) -> None:
    """One adds it, the other finds it everywhere and changes it, the first finds that and deletes it."""
    added = one("collages.add_collage", draft("Quitte & Łódź", 5, 1))
    id = added["id"]
    same("an added collage", added, two("collages.collage_by_id", id))
    same("the list of collages", *(each("collages.collages", EVERYTHING) for each in (one, two)))
    same("its products", *(each("products.products", EVERYTHING, collage_id=id) for each in (one, two)))
    same("a search for it", [id], two.hits("quitte"))
    changed = two("collages.replace_collage", id, draft("Mispel", 7), revision=1)
    same("a changed collage", changed, one("collages.collage_by_id", id))
    same("its products", *(each("products.products", EVERYTHING, collage_id=id) for each in (one, two)))
    for each in (one, two):
        same("searches for it", [[], [id]], [each.hits("quitte"), each.hits("mispel")])
    conflicts(
        "a change at the revision before",
        one,
        "collages.replace_collage",
        id,
        draft("Zu spät", 7),
        revision=1,
    )
    one("collages.delete_collage", id, revision=2)
    same("a deleted collage", None, two("collages.collage_by_id", id))
    same("a search for it", [], two.hits("mispel"))


def what_belongs_to_a_collage(one: Release, two: Release) -> None:
    """Comments and likes of either go with it, whoever deletes it."""
    id = one("collages.add_collage", draft("Schlehe", 3))["id"]
    said = [each("comments.add_comment", id, _COMMENT)["id"] for each in (one, two)]
    one("likes.like", id, 1)
    two("likes.like", id, 2)
    same("likes of both", 2, one("likes.likes", id))
    two("collages.delete_collage", id, revision=1)
    for each in (one, two):
        same(
            "comments of a deleted collage",
            [None] * 2,
            [each("comments.comment_by_id", one_) for one_ in said],
        )
        same("likes of a deleted collage", 0, each("likes.likes", id))


def a_comment(one: Release, two: Release) -> None:
    """One adds it, the other reads and deletes it."""
    added = one("comments.add_comment", 12, _COMMENT)
    same("a comment", added, two("comments.comment_by_id", added["id"]))
    same("the comments", *(each("comments.comments", EVERYTHING, collage_id=12) for each in (one, two)))
    same("whether it deletes it", True, two("comments.delete_comment", added["id"]))
    same("a deleted comment", None, one("comments.comment_by_id", added["id"]))
    same("whether it deletes it again", False, one("comments.delete_comment", added["id"]))


def a_like(one: Release, two: Release) -> None:
    """It is there once, and either takes it back."""
    done = [
        one("likes.like", 12, 1),
        two("likes.like", 12, 1),
        two("likes.likes", 12),
        two("likes.unlike", 12, 1),
        one("likes.unlike", 12, 1),
        one("likes.likes", 12),
    ]
    same("a like", [True, False, 1, True, False, 0], done)


def writers_at_one_revision(one: Release, two: Release) -> None:
    """Of two that change a collage at once one wins, and both see which."""
    id = one("collages.add_collage", draft("Sanddorn", 5))["id"]
    for each, title in ((one, "Eins"), (two, "Zwei")):
        each.side.begin("collages.replace_collage", id, draft(title, 1), revision=1)
    won, lost = [], []
    for each in (one, two):
        try:
            won.append(each.side.end())
        except Refused as refused:
            lost.append(str(refused))
    same("two writers at one revision", [1, ["Conflict"]], [len(won), lost])
    for each in (one, two):
        same("what the winner wrote", won[0], each("collages.collage_by_id", id))
    two("collages.delete_collage", id, revision=2)


def a_repeated_write(one: Release, two: Release) -> None:
    """What one has made with a key, the other does not make again."""
    key = f"lattice-{next(_NUMBERS)}"
    added = one("collages.add_collage", draft("Hagebutte", 1), key=key)
    same("a repeated write", added, two("collages.add_collage", draft("Hagebutte", 1), key=key))
    same("what came of it", added, two("outcomes.outcome", key=key)["collage"])
    two("collages.delete_collage", added["id"], revision=1)


_NUMBERS = itertools.count()

EDITION: Final = 1
"""Of what follows; it rises whenever that changes, since the evidence is another one then."""

STEPS: Final[Sequence[Callable[[Release, Release], None]]] = (
    *(reads, a_collage, what_belongs_to_a_collage, a_comment, a_like),
    *(writers_at_one_revision, a_repeated_write),
)


def exchange(first: Side, second: Side) -> tuple[Mapping[str, str], str]:
    """Do all steps both ways, until the releases do not agree.

    Returns:
        What came of each step, and what they do not agree about; "" for nothing.
    """
    done = dict[str, str]()
    for one, two in ((first, second), (second, first)):
        for step in STEPS:
            way = f"{step.__name__}: {one.name}, {two.name}"
            if step is a_repeated_write and not (one.keys and two.keys):
                done[way] = "not both know keys"
                continue
            try:
                step(Release(one), Release(two))
            except (Differs, Refused) as problem:
                done[way] = "failed"
                return done, f"{way}: {problem}"
            done[way] = "passed"
    return done, ""


def same(what: str, one: Json, two: Json) -> None:
    """See that two answers agree in what both have: a later release may know more of a thing.

    Raises:
        Differs: they do not.
    """
    if not _agree(one, two):
        raise Differs(f"{what}: {one} and {two}")


def conflicts(what: str, release: Release, call: str, *args: Json, **kwargs: Json) -> None:
    """See that a call is a Conflict.

    Raises:
        Differs: it is not.
    """
    try:
        said = release(call, *args, **kwargs)
    except Refused as refused:
        if str(refused) == "Conflict":
            return
        raise
    raise Differs(f"{what}: no Conflict, but {said}")


def _agree(one: Json, two: Json) -> bool:
    if isinstance(one, dict) and isinstance(two, dict):
        return all(_agree(one[key], two[key]) for key in one.keys() & two.keys())
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_agree, one, two))
    return bool(one == two)
