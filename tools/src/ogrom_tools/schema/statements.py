"""What a statement of MySQL or MariaDB does to the tables, as the operations that the rules judge.

A statement that is not understood is an error: nothing passes the rules because nobody could read it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ogrom_rules.schema import Operation
from ogrom_tools.schema.words import NotUnderstood, Words

_WIDTH = re.compile(r"\b(TINYINT|SMALLINT|MEDIUMINT|INT|BIGINT)\(\d+\)")
_KINDS = {"INDEX": "", "KEY": "", "UNIQUE": "UNIQUE", "FULLTEXT": "FULLTEXT"}
_VISIBLE = {
    **dict.fromkeys(("IGNORED", "INVISIBLE"), "ignore_index"),
    **dict.fromkeys(("NOT IGNORED", "VISIBLE"), "heed_index"),
}


@dataclass
class Tables:
    """The tables as the operations so far have left them, since what a statement means depends on them."""

    server: str
    """The one whose statements are read: `mariadb` or `mysql`."""
    columns: dict[tuple[str, str], Operation] = field(default_factory=dict)
    keys: dict[tuple[str, str], Operation] = field(default_factory=dict)
    """Indexes and foreign keys, by their tables and names."""
    triggers: dict[str, str] = field(default_factory=dict)
    """The table of each."""

    @classmethod
    def after(cls, operations: Iterable[Operation], server: str) -> "Tables":
        """Those that operations leave behind."""
        tables = cls(server)
        for each in operations:
            tables._keep(each)
        return tables

    def read(self, statement: str) -> tuple[Operation, ...]:
        """What a statement does; nothing if it only reads.

        Raises:
            NotUnderstood: it is of no form that is known.
        """
        found = tuple(self._read(Words.of(statement)))
        for each in found:
            self._keep(each)
        return found

    def _keep(self, operation: Operation) -> None:
        place = (operation.table, operation.column)
        match operation.does:
            case "add_column" | "change_type" | "set_null" | "set_not_null" | "set_default" | "drop_default":
                self.columns[place] = replace(operation, type=usual(operation.type), clauses=())
            case "add_index" | "add_foreign_key":
                self.keys[operation.table, operation.name] = replace(operation, clauses=())
            case "add_trigger":
                self.triggers[operation.name] = operation.table

    def _read(self, words: Words) -> Iterator[Operation]:
        if words.take("CREATE", "TRIGGER"):
            name, _ = words.name(), words.until("ON")
            yield Operation(does="add_trigger", table=words.name(), name=name)
            return
        if ";" in words.left:
            raise NotUnderstood("it is more than one")
        for form, read in self._forms.items():
            if words.take(*form.split()):
                yield from read(words)
                return
        yield from _filled(words)

    @property
    def _forms(self) -> Mapping[str, Callable[[Words], Iterable[Operation]]]:
        """What reads a statement that begins with these words."""
        return {
            "SELECT": lambda words: (),
            "ALTER TABLE": self._alter_table,
            "CREATE TABLE": _new_table,
            "CREATE": self._create_index,
            "DROP INDEX": self._drop_index,
            "DROP TRIGGER": self._drop_trigger,
            "DROP TABLE": lambda words: [Operation(does="drop_table", table=words.last())],
            "RENAME TABLE": lambda words: self._rename(words.name(), words),
        }

    def _alter_table(self, words: Words) -> Iterator[Operation]:
        table, parts = words.name(), words.parts()
        verbs = {
            "ADD": self._add,
            "ALTER": self._alter,
            "CHANGE": self._change,
            "DROP": self._drop,
            "MODIFY": self._modify,
            "RENAME": self._rename,
        }
        altering = [each for each in parts if each.left[:1] not in (["ALGORITHM"], ["LOCK"])]
        clause = ", ".join(each.clause() for each in parts[len(altering) :])
        for part in altering:
            alter = verbs.get(part.left[0].upper()) if part.left else None
            part.next()
            for each in alter(table, part) if alter else part.fail():
                yield self._ended(each, clause)

    def _create_index(self, words: Words) -> Iterator[Operation]:
        kind, name = _kind(words), words.name()
        yield self._ended(_index(kind, words.need("ON").name(), name, words), words.clause())

    def _drop_index(self, words: Words) -> Iterator[Operation]:
        name = words.name()
        yield self._ended(self._dropped("drop_index", words.need("ON").name(), name), words.clause())

    def _drop_trigger(self, words: Words) -> Iterator[Operation]:
        name = words.last()
        if name not in self.triggers:
            raise NotUnderstood(f"no change adds the trigger {name}")
        yield Operation(does="drop_trigger", table=self.triggers[name], name=name)

    def _ended(self, operation: Operation, clause: str) -> Operation:
        return replace(operation, clauses=((self.server, clause),) if clause else ())

    def _add(self, table: str, words: Words) -> Iterator[Operation]:
        if words.take("PRIMARY", "KEY"):
            yield Operation(does="replace_primary_key", table=table, columns=words.names())
        else:
            yield _part(table, words)

    def _drop(self, table: str, words: Words) -> Iterator[Operation]:
        if words.take("PRIMARY", "KEY"):
            return  # the ADD beside it is the operation
        if words.take("FOREIGN", "KEY"):
            yield self._dropped("drop_foreign_key", table, words.last())
        elif words.take("INDEX") or words.take("KEY"):
            yield self._dropped("drop_index", table, words.last())
        elif words.take("CONSTRAINT"):
            name = words.last()
            known = self.keys.get((table, name)) or words.fail()
            yield replace(known, does=known.does.replace("add", "drop"))
        else:
            words.take("COLUMN")
            yield Operation(does="drop_column", table=table, column=words.last())

    def _modify(self, table: str, words: Words) -> Iterator[Operation]:
        words.take("COLUMN")
        made = _column(table, words)
        old, made = self._known(table, made.column), replace(made, type=usual(made.type))
        differing = (
            ("change_type", old.type != made.type),
            ("set_null" if made.nullable else "set_not_null", old.nullable != made.nullable),
            ("set_default" if made.default else "drop_default", _bare(old.default) != _bare(made.default)),
        )
        found = [replace(made, does=does, before=old.type) for does, differs in differing if differs]
        if not found:
            raise NotUnderstood(f"{made.place} is so already, and the server may copy the table")
        yield from found

    def _change(self, table: str, words: Words) -> Iterator[Operation]:
        words.take("COLUMN")
        old = words.name()
        if old == words.left[0].strip("`"):
            yield from self._modify(table, words)
        else:
            yield Operation(does="rename_column", table=table, column=old, to=words.name())

    def _rename(self, table: str, words: Words) -> Iterator[Operation]:
        if words.take("COLUMN"):
            old = words.name()
            yield Operation(does="rename_column", table=table, column=old, to=words.need("TO").last())
        else:
            words.take("TO")
            yield Operation(does="rename_table", table=table, to=words.last())

    def _alter(self, table: str, words: Words) -> Iterator[Operation]:
        if words.take("INDEX"):
            name = words.name()
            does = _VISIBLE.get(" ".join(words.left).upper()) or words.fail()
            yield self._dropped(does, table, name)
            return
        words.take("COLUMN")
        known = self._known(table, words.name())
        if words.take("SET", "DEFAULT"):
            yield replace(known, does="set_default", default="".join(words.left))
        else:
            words.need("DROP", "DEFAULT")
            yield replace(known, does="drop_default", default="")

    def _known(self, table: str, name: str) -> Operation:
        if (table, name) not in self.columns:
            raise NotUnderstood(f"no change adds {table}.{name}")
        return self.columns[table, name]

    def _dropped(self, does: str, table: str, name: str) -> Operation:
        """Something is done to a key; which columns it has is known since it was added."""
        if (table, name) not in self.keys:
            raise NotUnderstood(f"no change adds {table} {name}")
        return replace(self.keys[table, name], does=does)


def _new_table(words: Words) -> Iterator[Operation]:
    table = words.name()
    yield Operation(does="add_table", table=table)
    for part in words.enclosed().parts():
        if not part.take("PRIMARY", "KEY"):
            yield _part(table, part)


def _part(table: str, words: Words) -> Operation:
    """A column, index or key, as CREATE TABLE and ADD define it."""
    name = words.name() if words.take("CONSTRAINT") else ""
    if words.take("FOREIGN", "KEY"):
        columns = words.names()
        to, _ = words.need("REFERENCES").name(), words.names()
        cascades = bool({"CASCADE", "SET"} & {each.upper() for each in words.left})
        return Operation(
            does="add_foreign_key", table=table, name=name, columns=columns, to=to, cascades=cascades
        )
    if words.left[0].upper() in _KINDS:
        kind = _kind(words)
        return _index(kind, table, name or ("" if words.is_group else words.name()), words)
    words.take("COLUMN")
    return _column(table, words)


def _kind(words: Words) -> str:
    """Read UNIQUE INDEX and the like; its first word, "" for a plain one."""
    first = words.next().upper()
    if first in {"UNIQUE", "FULLTEXT"}:
        _ = words.take("INDEX") or words.take("KEY")
    return _KINDS[first] if first in _KINDS else words.fail()


def _index(kind: str, table: str, name: str, words: Words) -> Operation:
    return Operation(
        does="add_index",
        table=table,
        name=name,
        columns=words.names(),
        unique=kind == "UNIQUE",
        full_text=kind == "FULLTEXT",
    )


def _column(table: str, words: Words) -> Operation:
    """The column of a definition."""
    name, kind = words.name(), words.name()
    if words.is_group:
        kind += f"({','.join(each.next() for each in words.enclosed().parts())})"
    nullable, default = True, ""
    while words.left:
        if words.take("NOT", "NULL"):
            nullable = False
        elif words.take("DEFAULT"):
            default = f"({''.join(words.enclosed().left)})" if words.is_group else words.next()
        elif words.take("AUTO_INCREMENT"):
            default = "AUTO_INCREMENT"
        elif words.take("CHARACTER", "SET") or words.take("COLLATE"):
            kind += f" {words.name()}"
        elif words.take("UNSIGNED"):
            kind += " UNSIGNED"
        elif not words.take("NULL"):
            words.fail()
    default = "" if default.upper() == "NULL" else default
    return Operation(
        does="add_column", table=table, column=name, type=kind, nullable=nullable, default=default
    )


def _filled(words: Words) -> Iterator[Operation]:
    """The rows that a statement writes, by the columns that it names."""
    names: Iterable[str] = ()
    if words.take("UPDATE"):
        table = words.name()
        words.need("SET")
        names = [each.name() for each in Words(words.until("WHERE")).parts()]
    elif words.take("INSERT") or words.take("REPLACE"):
        words.take("IGNORE")
        table = words.need("INTO").name()
        names = words.names() if words.is_group else ()
    else:
        table = words.need("DELETE", "FROM").name()
    yield from (Operation(does="fill", table=table, column=each) for each in names or ("",))


def usual(name: str) -> str:
    """A type in one way of writing it: `BIGINT(20)` and `bigint` are the same."""
    return _WIDTH.sub(r"\1", re.sub(r"\bINTEGER\b", "INT", name.upper()))


def _bare(default: str) -> str:
    """A default without the parentheses that MySQL wants around one of TEXT."""
    return default[1:-1] if default.startswith("(") else default
