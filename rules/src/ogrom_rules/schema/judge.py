"""Judge changes of a schema by the rules: alone, and beside the releases that are in the field."""

from collections.abc import Iterable, Iterator, Sequence

from ogrom_rules import ordered

from . import rules
from .changes import KINDS, Change, Operation
from .releases import DeclaredTable, Key, Release
from .rules import SchemaFinding, SchemaRule
from .verdicts import CASCADE, FULL_TEXT, SERVERS, verdict


def judge(changes: Sequence[Change], servers: Iterable[str] = SERVERS) -> tuple[SchemaFinding, ...]:
    """What is wrong with changes, whatever is in the field.

    Args:
        changes: all of them, in order; an empty database becomes today's by them.
        servers: those whose clauses the operations have. SQLite has none.
    """
    found: list[SchemaFinding] = []
    for number, change in enumerate(changes):
        earlier = changes[:number]
        found += _after(change, earlier)
        for operation in change.operations:
            found += _kind(change, operation)
        for operation in change.on_old_tables:
            found += _lacks(change, operation, earlier)
            found += _locks(change, operation, earlier, servers)
    return _in_order(found)


def beside(change: Change, field: Iterable[Release]) -> tuple[SchemaFinding, ...]:
    """What releases that still run, or are kept for a rollback, cannot read or write once a change is made."""
    return _in_order(
        found
        for release in field
        for operation in change.on_old_tables
        for found in _used(change, operation, release)
    )


def misfits(changes: Iterable[Change], release: Release) -> tuple[SchemaFinding, ...]:
    """What a release cannot read or write on the tables that changes leave behind."""
    found, there = [], _columns(changes)
    for table, known in release.tables.items():
        needed = {name for name, is_needed in there.get(table, {}).items() if is_needed}
        for rule, names in (
            (rules.LACKING_IN_SCHEMA, known.columns.keys() - there.get(table, {}).keys()),
            (rules.UNWRITTEN, needed - known.columns.keys()),
        ):
            places = (f"{table}.{name}" for name in names)
            found += [rule.at(place, release=release.name, place=place, table=table) for place in places]
    return _in_order(found)


def _columns(changes: Iterable[Change]) -> dict[str, dict[str, bool]]:
    """The tables that changes leave behind, and for each column whether a row cannot do without a value."""
    found: dict[str, dict[str, bool]] = {}
    nullable: dict[tuple[str, str], bool] = {}
    for each in (operation for change in changes for operation in change.operations):
        table, key = found.setdefault(each.table, {}), (each.table, each.column)
        match each.does:
            case "add_column":
                nullable[key] = each.nullable
                table[each.column] = not each.nullable and not each.default
            case "set_null" | "set_not_null":
                nullable[key] = each.does == "set_null"
                table[each.column] = not nullable[key] and not each.default
            case "set_default":
                table[each.column] = False
            case "drop_default":
                table[each.column] = not nullable.get(key, True)
            case "rename_column":
                table[each.to] = table.pop(each.column, False)
            case "drop_column":
                table.pop(each.column, None)
            case "drop_table":
                table.clear()
    return found


def _in_order(found: Iterable[SchemaFinding]) -> tuple[SchemaFinding, ...]:
    return tuple(each for each in ordered(found) if isinstance(each, SchemaFinding))


def _at(rule: SchemaRule, change: Change, operation: Operation, **known: object) -> SchemaFinding:
    told = {name: getattr(operation, name) for name in ("place", "does", "table", "to", "type", "before")}
    return rule.at(f"{change.name}: {operation.place}", **{**told, "kind": change.kind, **known})


def _after(change: Change, earlier: Sequence[Change]) -> Iterator[SchemaFinding]:
    kinds = {each.name: each.kind for each in earlier}
    for name in change.after:
        if name not in kinds:
            yield rules.AFTER_UNKNOWN.at(change.name, name=name)
        elif change.kind == "expand" != kinds[name]:
            yield rules.EXPAND_WAITS.at(change.name, name=name, kind=kinds[name])


def _kind(change: Change, operation: Operation) -> Iterator[SchemaFinding]:
    """What a change of its kind may not do; what fills a table that the same change adds holds up nobody's rows."""
    right = KINDS[operation.does]
    if right is None:
        yield _at(rules.RENAME_IN_ONE_STEP, change, operation)
    elif operation.does == "change_type" and not operation.widens:
        yield _at(rules.TYPE_CHANGED_IN_ONE_STEP, change, operation)
    elif right == change.kind or (right == "backfill" and operation.table in change.new_tables):
        return
    elif right == "backfill":
        yield _at(rules.FILL_IN_DDL, change, operation)
    elif right == "contract":
        yield _at(rules.CONTRACT_IN_EXPAND, change, operation)
    elif change.kind == "contract":
        yield _at(rules.EXPAND_IN_CONTRACT, change, operation)
    else:
        yield _at(rules.DDL_IN_BACKFILL, change, operation)


def _lacks(change: Change, operation: Operation, earlier: Sequence[Change]) -> Iterator[SchemaFinding]:
    match operation.does:
        case "add_column" if not operation.nullable and not operation.default:
            yield _at(rules.NOT_NULL_WITHOUT_DEFAULT, change, operation)
        case "set_not_null":
            filled = {
                (each.table, each.column)
                for one in earlier
                if one.kind == "backfill" and one.name in change.after
                for each in one.operations
            }
            if (operation.table, operation.column) not in filled:
                yield _at(rules.NOT_NULL_WITHOUT_BACKFILL, change, operation)
        case "drop_index":
            last = [
                each.does
                for one in earlier
                for each in one.operations
                if (each.table, each.name) == (operation.table, operation.name)
            ]
            if last[-1:] != ["ignore_index"]:
                yield _at(rules.DROP_WITHOUT_IGNORING, change, operation)


def _locks(
    change: Change, operation: Operation, earlier: Sequence[Change], servers: Iterable[str]
) -> Iterator[SchemaFinding]:
    before = [each for one in (*earlier, change) for each in one.operations if each is not operation]
    there = [each for each in before if each.table == operation.table]
    had = {FULL_TEXT: any(each.full_text for each in there), CASCADE: any(each.cascades for each in there)}
    for server in servers:
        needed = verdict(server, operation.work, [name for name, is_there in had.items() if is_there])
        known = {"server": SERVERS[server].name, "clause": needed.clause, "lock": needed.lock}
        given = dict(operation.clauses).get(server, "")
        if needed.stops_writers:
            yield _at(rules.WRITERS_BLOCKED, change, operation, **known)
        elif needed.clause and given != needed.clause:
            rule = rules.CLAUSE_DIFFERS if given else rules.CLAUSE_MISSING
            yield _at(rule, change, operation, **known, given=given)
        elif needed.rebuilds:
            yield _at(rules.TABLE_REBUILT, change, operation, **known)


def _used(change: Change, operation: Operation, release: Release) -> Iterator[SchemaFinding]:
    table = release.tables.get(operation.table)
    if table is None:
        return
    nullable, rule = table.columns.get(operation.column), None
    match operation.does:
        case "drop_table" | "rename_table":
            rule = rules.DROPPED_IN_USE
        case "drop_column" | "rename_column" if nullable is not None:
            rule = rules.DROPPED_IN_USE
        case "drop_index" | "drop_foreign_key" if _key(operation) in table.keys:
            rule = rules.DROPPED_IN_USE
        case "set_not_null" if not operation.default if nullable is None else nullable:
            rule = rules.NULL_IN_USE
        case "set_null" if nullable is False:
            rule = rules.NULL_UNREAD
        case "drop_default" if nullable is None:
            rule = rules.DEFAULT_IN_USE
        case "add_index" | "add_foreign_key" if _narrows(operation, table):
            rule = rules.KEY_UNKNOWN
    if rule:
        yield _at(rule, change, operation, release=release.name)


def _narrows(operation: Operation, table: DeclaredTable) -> bool:
    """Whether a key refuses rows of a release: of columns that it knows all, and not as a key; NULL passes any key."""
    if operation.does == "add_index" and not operation.unique:
        return False
    key = _key(operation)
    return key.columns <= table.columns.keys() and key not in table.keys


def _key(operation: Operation) -> Key:
    return Key(frozenset(operation.columns), operation.to)
