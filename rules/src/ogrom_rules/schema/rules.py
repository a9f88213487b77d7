"""The table of rules for changes of a schema: each says what is refused, and the way to do it right.

`tests/schema/planted.toml` has for each a change that it refuses and one that does the same right.
"""

from dataclasses import dataclass

from ogrom_rules import Finding, Level, Rule, table

REFUSED, TOLD = Level.MAJOR, Level.MINOR


@dataclass(frozen=True)
class SchemaFinding(Finding):
    """What is wrong with a change, and what to do instead."""

    instead: str = ""
    """The way to do it right."""

    def __str__(self) -> str:
        return f"{self.symbol}: {self.rule}\n  {self.text}\n  {self.instead}"


@dataclass(frozen=True, kw_only=True)
class SchemaRule(Rule):
    """A row about changes of a schema."""

    instead: str
    """The way to do it right, with the same braces as the text."""

    def at(self, symbol: str, **known: object) -> SchemaFinding:
        """Make a finding of this kind.

        Args:
            symbol: the change and what it concerns: `0006_mood: collages.mood`.
            known: the values for the braces.
        """
        return SchemaFinding(**vars(super().at(symbol, **known)), instead=self.instead.format(**known))


def refused(name: str, text: str, instead: str) -> SchemaRule:
    """A rule whose findings may not reach a database."""
    return SchemaRule(name, REFUSED, text, instead=instead)


# What each kind of change may do.
RENAME_IN_ONE_STEP = refused(
    "rename-in-one-step",
    "{place} gets the name {to}, and every release that runs knows it by one name only.",
    "Add {to} by an expand that keeps both in step, fill it by a backfill, let releases read it, and drop {place} by a"
    " contract.",
)
TYPE_CHANGED_IN_ONE_STEP = refused(
    "type-changed-in-one-step",
    "{place} is {before} and becomes {type}: every release that runs reads and writes one of them only.",
    "Add a second column as {type} by an expand that keeps both in step, fill it by a backfill, let releases read it,"
    " and drop {place} by a contract.",
)
CONTRACT_IN_EXPAND = refused(
    "contract-in-expand",
    "{does} takes away from {place} what earlier releases may use, and the change is called {kind}.",
    "Do it by a contract of its own, once no release in the field needs the old form.",
)
EXPAND_IN_CONTRACT = refused(
    "expand-in-contract",
    "{does} makes {place}, and a contract waits until no release needs the old form.",
    "Do it by an expand of its own, which waits for nobody.",
)
DDL_IN_BACKFILL = refused(
    "ddl-in-backfill",
    "{does} changes {place}, and a backfill runs beside the load, for hours.",
    "Do it by an expand before the backfill, and fill only here.",
)
FILL_IN_DDL = refused(
    "fill-in-ddl",
    "All rows of {place} are written by one that is called {kind}: the deploy, and locks on rows, wait for it.",
    "Fill {place} by a backfill of its own, which goes on in batches beside the load.",
)
EXPAND_WAITS = refused(
    "expand-waits",
    "It is an expand, and comes after {name}, which is called {kind}: every release behind it would wait.",
    "Let it come after expands only, and what needs {name} be a contract.",
)
AFTER_UNKNOWN = refused(
    "after-unknown",
    "It comes after {name}, and there is no change of this name before it.",
    "Name an earlier change.",
)

# What a change may not leave out.
NOT_NULL_WITHOUT_DEFAULT = refused(
    "not-null-without-default",
    "{place} is NOT NULL and has no default, so no earlier release can add a row to {table}.",
    "Give it a default; or let it be NULL, fill it by a backfill, and set NOT NULL by a contract.",
)
NOT_NULL_WITHOUT_BACKFILL = refused(
    "not-null-without-backfill",
    "{place} becomes NOT NULL, and no backfill before it has filled it.",
    "Fill {place} by a backfill, and name that in `after`.",
)
DROP_WITHOUT_IGNORING = refused(
    "drop-without-ignoring",
    "The index {place} is dropped, and only then shows whether a query needed it; making it again takes long.",
    "Ignore the index by a contract (IGNORED, or INVISIBLE on MySQL), watch, and drop it by a later one.",
)

# What a release in the field cannot read or write.
DROPPED_IN_USE = refused(
    "dropped-in-use",
    "{place} is dropped, and {release} in the field declares it.",
    "Release the library without {place}, pin that, and wait until {release} is kept for no rollback.",
)
NULL_IN_USE = refused(
    "null-in-use",
    "{place} becomes NOT NULL, and {release} in the field may write a row without it.",
    "Release the library so that it always writes {place}, pin that, and wait until {release} is kept for no rollback.",
)
NULL_UNREAD = refused(
    "null-unread",
    "{place} may become NULL, and {release} in the field does not expect to read that.",
    "First release the library so that it reads NULL, pin that, and wait until {release} is kept for no rollback.",
)
DEFAULT_IN_USE = refused(
    "default-in-use",
    "{place} loses its default, and {release} in the field adds rows without it.",
    "Release the library so that it always writes {place}, pin that, and wait until {release} is kept for no rollback.",
)
KEY_UNKNOWN = refused(
    "key-unknown",
    "{place} refuses rows that {release} in the field may write, since it does not declare such a key.",
    "Release the library so that it declares the key and keeps to it, pin that, wait until {release} is kept for no"
    " rollback, and add the key then.",
)
LACKING_IN_SCHEMA = refused(
    "lacking-in-schema",
    "{release} uses {place}, and no change adds it.",
    "Add {place} by an expand.",
)
UNWRITTEN = refused(
    "unwritten",
    "{release} adds rows to {table} without {place}, which is NOT NULL and has no default.",
    "Give {place} a default by an expand; {release} may leave it out from then on, and a contract drops it.",
)

# What locks.
WRITERS_BLOCKED = refused(
    "writers-blocked",
    "{server} can do {does} on {table} only with LOCK={lock}: nobody can write to it, for as long as it is large.",
    "Do it on a second table or column that is kept in step, and drop the old form by a contract.",
)
CLAUSE_MISSING = refused(
    "clause-missing",
    "{does} on {place} has no clause for {server}, which may then lock the table for as long as it is large.",
    "End the statement with {clause}: then the server refuses rather than degrades.",
)
CLAUSE_DIFFERS = refused(
    "clause-differs",
    "{does} on {place} has {given} for {server}, which needs {clause}: it refuses less, and more locks or copies.",
    "End the statement with {clause}.",
)
TABLE_REBUILT = SchemaRule(
    "table-rebuilt",
    TOLD,
    "{server} writes all of {table} anew for {does}; writers go on, and a replica is behind for as long as it takes.",
    instead="Run it at a quiet hour, with room on the disk for a second {table}.",
)

RULES = {name: each for name, each in table(globals()).items() if isinstance(each, SchemaRule)}
"""All of them, by name."""
