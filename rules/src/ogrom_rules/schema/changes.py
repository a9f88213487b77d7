"""A change of a database's schema as plain data: its kind, and each act on a table as it reaches the server.

docs/decisions/schema-rules.md shows the form. Whoever has changes of another form, such as a library's own values or
Alembic's operations, writes them so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, TypeAlias, get_args

Kind: TypeAlias = Literal["expand", "backfill", "contract"]
"""Whether releases before it and after it work, whether it fills what an expand has made, or whether it takes away."""

KINDS: Mapping[str, Kind | None] = {
    **dict.fromkeys(("add_table", "add_column", "add_index", "add_foreign_key", "add_trigger"), "expand"),
    **dict.fromkeys(("set_default", "set_null", "change_type", "replace_primary_key"), "expand"),
    "fill": "backfill",
    **dict.fromkeys(("drop_table", "drop_column", "drop_index", "drop_foreign_key"), "contract"),
    **dict.fromkeys(("drop_trigger", "drop_default"), "contract"),
    **dict.fromkeys(("set_not_null", "ignore_index", "heed_index"), "contract"),
    "rename_column": None,
    "rename_table": None,
}
"""What an operation can do, and the kind of change that may do it; a rename is right in none.

A new table is `add_table`, and then `add_column`, `add_index` and `add_foreign_key` for what is in it.
"""

_VARCHAR = re.compile(r"VARCHAR\((\d+)\)", re.IGNORECASE)
_BYTES = 4
"""Of a letter in utf8mb4, at most."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One act on one table."""

    does: str
    """One of KINDS."""
    table: str
    column: str = ""
    columns: tuple[str, ...] = ()
    """Those of an index or of a key, in order."""
    name: str = ""
    """That of the index, key or trigger."""
    type: str = ""
    """The column's type as the server writes it, such as `VARCHAR(255)`."""
    before: str = ""
    """The type that is changed."""
    nullable: bool = True
    default: str = ""
    """What the column has then, as SQL, such as `'x'`; `AUTO_INCREMENT` if the server counts; empty if none."""
    unique: bool = False
    full_text: bool = False
    cascades: bool = False
    """Whether a foreign key changes rows itself: ON DELETE or ON UPDATE, CASCADE or SET NULL."""
    to: str = ""
    """The new name, or the table that a foreign key refers to."""
    clauses: tuple[tuple[str, str], ...] = ()
    """By server, what ends its statement: `ALGORITHM=INSTANT, LOCK=NONE`."""

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> Self:
        """Read one.

        Raises:
            ValueError: a member is missing, unknown or of another type.
        """
        types = {each.name: type(getattr(cls, each.name, "")) for each in fields(cls)}
        for name, value in plain.items():
            if name not in types:
                raise ValueError(f"an operation has no {name!r}; it has {', '.join(types)}")
            listed = value if name != "clauses" else isinstance(value, dict) and [*value.values()]
            if not (_all(str, listed) if types[name] is tuple else isinstance(value, types[name])):
                raise ValueError(f"{name} of an operation must not be {value!r}")
        if plain.get("does") not in KINDS or not plain.get("table"):
            raise ValueError(f"an operation needs a table, and does one of {', '.join(KINDS)}: {dict(plain)}")
        tuples = {
            "columns": tuple(plain.get("columns", ())),
            "clauses": tuple(plain.get("clauses", {}).items()),
        }
        return cls(**{**plain, **tuples})

    @property
    def place(self) -> str:
        """What it concerns: `collages.words`, or `collages ix_collages_author_id`, or a table."""
        return f"{self.table}.{self.column}" if self.column else f"{self.table} {self.name}".strip()

    @property
    def widens(self) -> bool:
        """Whether a change of type only lets a VARCHAR be longer, so that all that was stored or is written fits."""
        sizes = self._sizes
        return sizes is not None and sizes[0] <= sizes[1]

    @property
    def work(self) -> str:
        """What the server has to do, as the verdicts name it."""
        if self.full_text and self.does == "add_index":
            return "add_index_full_text"
        if self.does != "change_type" or (sizes := self._sizes) is None or not self.widens:
            return self.does
        # Up to 255 bytes a text's length takes one byte in a row, and two beyond.
        return "widen_past_255_bytes" if sizes[0] * _BYTES <= 255 < sizes[1] * _BYTES else "widen"

    @property
    def _sizes(self) -> tuple[int, int] | None:
        old, new = _VARCHAR.fullmatch(self.before), _VARCHAR.fullmatch(self.type)
        return (int(old[1]), int(new[1])) if old and new else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of the schema."""

    name: str
    """`0006_collages_mood`."""
    kind: Kind
    operations: tuple[Operation, ...]
    after: tuple[str, ...] = ()
    """The changes that must be finished before."""

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> Self:
        """Read one.

        Raises:
            ValueError: a member is missing, unknown or of another type; the text names the change.
        """
        name = plain.get("name")
        if unknown := plain.keys() - {each.name for each in fields(cls)}:
            raise ValueError(f"change {name}: it has no {', '.join(sorted(unknown))}")
        if plain.get("kind") not in get_args(Kind):
            raise ValueError(f"change {name}: kind must be one of {', '.join(get_args(Kind))}")
        operations, after = plain.get("operations", ()), plain.get("after", [])
        if not isinstance(name, str) or not _all(dict, operations) or not _all(str, after):
            raise ValueError(
                f"change {name}: it needs a name and a list of operations; after is a list of names"
            )
        try:
            parsed = tuple(map(Operation.parse, operations))
        except ValueError as problem:
            raise ValueError(f"change {name}: {problem}") from problem
        return cls(name=name, kind=plain["kind"], operations=parsed, after=tuple(after))

    @property
    def new_tables(self) -> frozenset[str]:
        """The tables that it adds, so that nobody waits for them yet."""
        return frozenset(each.table for each in self.operations if each.does == "add_table")

    @property
    def on_old_tables(self) -> tuple[Operation, ...]:
        """What it does to tables that are there before it."""
        return tuple(each for each in self.operations if each.table not in self.new_tables)


def _all(kind: type, values: object) -> bool:
    """Whether it is a list of values of this kind."""
    return isinstance(values, list) and all(isinstance(each, kind) for each in values)
