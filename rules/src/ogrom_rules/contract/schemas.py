"""Compares two JSON Schemas (2020-12, as OpenAPI 3.1 uses them): which values one takes that the other does not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ogrom_rules.contract import rules
from ogrom_rules.contract.rules import ContractFinding

Json = Mapping[str, Any]
Direction = Literal["request", "response"]

_PREFIX = "#/components/schemas/"
_SAY_NOTHING = frozenset(
    {
        "$comment",
        "title",
        "description",
        "example",
        "examples",
        "default",
        "deprecated",
        "x-sunset",
        "x-deprecated-values",
        "readOnly",
        "writeOnly",
        "discriminator",
    }
)
"""Keywords that allow and forbid no value; `default` and those about deprecation have rules of their own."""
_VALUES = "x-deprecated-values"
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_ALL_OR_ONE = ("pattern", "format", "multipleOf", "uniqueItems")
"""What these say cannot be compared: no value is lost only where the new schema lacks one, or has the same."""
_KEPT = ("int64", "double")
"""Formats of numbers that JSON has anyway."""
_READ = frozenset(
    {
        "type",
        "enum",
        "const",
        "x-extensible-enum",
        "$ref",
        "anyOf",
        "oneOf",
        "properties",
        "required",
        "items",
    }
    | {"additionalProperties", *_LOWER, *_UPPER, *_ALL_OR_ONE}
)
"""Keywords that are compared one by one."""
_ONLY_FORBID = frozenset(
    {
        "allOf",
        "contains",
        "dependentRequired",
        "dependentSchemas",
        "maxContains",
        "not",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
"""Keywords that forbid values and allow none. Another that comes, goes or differs may mean anything."""


class Change(NamedTuple):
    """Which values are taken: whether some no longer are, and whether others are, too."""

    narrowed: bool
    widened: bool


@dataclass(frozen=True)
class Comparison:
    """Compares schemas of two documents, for what clients send or for what they get.

    Attributes:
        old, new: `components/schemas` of the two documents.
        direction: in a request no value may be refused that was taken; in a response no value may be new.
    """

    old: Json
    new: Json
    direction: Direction
    _begun: set[tuple[object, ...]] = field(default_factory=set)

    def compare(
        self, old: Json, new: Json, place: str, *, was_required: bool = False
    ) -> Iterator[ContractFinding]:
        """What differs between two schemas of one place.

        A change in a component is named by it, `Product.brand`, since it stands in many places. Where the value had to
        be sent, no default was ever meant.
        """
        old, new = _as_object(old), _as_object(new)
        names = (_name(old), _name(new))
        yield from _deprecation(place, old, new)
        if all(names):
            ending = old.get(_VALUES, {})
            begun = (*names, *ending.items())
            if begun in self._begun:
                return
            self._begun.add(begun)
            if names[0] != names[1]:
                yield rules.SCHEMA_RENAMED.at(place, old=names[0], new=names[1])
            place = names[1]
            old, new = _as_object(self.old[names[0]]), _as_object(self.new[names[1]])
            yield from _deprecation(place, old, new)
            old = {**old, _VALUES: {**old.get(_VALUES, {}), **ending}}
        defaults = [each.get("default") for each in (old, new)]
        if self.direction == "request" and not was_required and defaults[0] != defaults[1]:
            yield rules.DEFAULT_CHANGED.at(place, old=_value(defaults[0]), new=_value(defaults[1]))
        before, after = list(self._choices(old)), list(self._choices(new))
        if len(before) == len(after) == 1:  # a component may become a schema of its own, and the other way
            before, after = [self._resolved(self.old, before[0])], [self._resolved(self.new, after[0])]
        pairs, gone, come = _matched(before, after)
        yield from self._values(place, old, new, Change(bool(gone), bool(come)))
        for one, other in pairs:
            if _name(one) and _name(other):
                yield from self.compare(one, other, place)
            else:
                yield from self._same_type(one, other, place)

    def _choices(self, schema: Json) -> Iterator[Json]:
        """The schemas of which a value fulfils one, none of them a choice itself."""
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            for each in several:
                yield from self._choices(_as_object(each))
        elif isinstance(schema.get("type"), list):
            yield from ({**schema, "type": each} for each in schema["type"])
        else:
            yield schema

    @staticmethod
    def _resolved(components: Json, schema: Json) -> Json:
        name = _name(schema)
        return _as_object(components[name]) if name else schema

    def _same_type(self, old: Json, new: Json, place: str) -> Iterator[ContractFinding]:
        yield from self._values(place, old, new, _change(old, new, sent=self.direction == "request"))
        if "items" in old or "items" in new:
            yield from self.compare(old.get("items", {}), new.get("items", {}), f"{place}[]")
        yield from self._members(old, new, place)
        before, after = _further(old), _further(new)
        if before is not None and after is not None and (before or after):
            yield from self.compare(before, after, f"{place}{{}}")
        elif self.direction == "response" and before is None and after:
            yield rules.MEMBER_ADDED.at(f"{place}{{}}")

    def _members(self, old: Json, new: Json, place: str) -> Iterator[ContractFinding]:
        needed = [each.get("required", ()) for each in (old, new)]
        before, after = _members(old), _members(new)
        sent = self.direction == "request"
        for name in dict.fromkeys((*before, *after)):
            at, was, is_ = f"{place}.{name}", name in needed[0], name in needed[1]
            if name not in before:
                added = rules.MEMBER_ADDED_REQUIRED if is_ else rules.MEMBER_ACCEPTED
                yield (added if sent else rules.MEMBER_ADDED).at(at)
            elif name not in after:
                told = before[name].get("deprecated", False)
                yield _gone(sent=sent, announced=told).at(at, until=sunset_of(before[name]))
            else:
                if is_ and not was:
                    yield (rules.MEMBER_REQUIRED if sent else rules.MEMBER_ALWAYS).at(at)
                if was and not is_:
                    yield (rules.MEMBER_OPTIONAL if sent else rules.MEMBER_LACKING).at(at)
                yield from self.compare(before[name], after[name], at, was_required=was)

    def _values(self, place: str, old: Json, new: Json, change: Change) -> Iterator[ContractFinding]:
        """The finding about values that came or went, if some did."""
        told = {"old": describe(old), "new": describe(new)}
        if self.direction == "request":
            if change.narrowed and (until := _announced(old, new)) is not None:
                yield rules.DEPRECATED_VALUES_REFUSED.at(place, until=until, **told)
            elif change.narrowed:
                yield rules.VALUES_REFUSED.at(place, **told)
            elif change.widened:
                yield rules.VALUES_ACCEPTED.at(place, **told)
        elif change.widened:
            yield rules.VALUES_ADDED.at(place, **told)
        elif change.narrowed:
            yield rules.VALUES_REMOVED.at(place, **told)
        known = [set(each.get("x-extensible-enum", ())) for each in (old, new)]
        if known[1] - known[0] and known[0]:
            yield rules.KNOWN_VALUES_ADDED.at(place, **told)


def _gone(*, sent: bool, announced: bool) -> rules.ContractRule:
    if sent:
        return rules.DEPRECATED_MEMBER_REFUSED if announced else rules.MEMBER_REFUSED
    return rules.DEPRECATED_MEMBER_REMOVED if announced else rules.MEMBER_REMOVED


def _deprecation(place: str, old: Json, new: Json) -> Iterator[ContractFinding]:
    if new.get("deprecated") and not old.get("deprecated"):
        yield rules.MEMBER_DEPRECATED.at(place, end=end(sunset_of(new)))
    elif old.get("deprecated") and not new.get("deprecated"):
        yield rules.MEMBER_KEPT.at(place)
    yield from sunset_moved(place, sunset_of(old), sunset_of(new))
    before, after = old.get(_VALUES, {}), new.get(_VALUES, {})
    for value, sunset in after.items():
        if value not in before:
            yield rules.VALUE_DEPRECATED.at(place, name=value, end=end(sunset))
        else:
            yield from sunset_moved(f"{place}={value}", before[value], sunset)


def sunset_of(schema: Json) -> str:
    """When an operation, a parameter or a schema says that it may be gone, as `2027-03-01`; "" if it does not."""
    return str(schema.get("x-sunset") or "")


def sunset_moved(place: str, old: str | None, new: str | None) -> Iterator[ContractFinding]:
    """The finding about a date that was announced and is another one now."""
    if old and new and old != new:
        yield (rules.SUNSET_EARLIER if new < old else rules.SUNSET_LATER).at(place, old=old, new=new)


def end(sunset: str | None) -> str:
    """The end of a sentence about a deprecation."""
    return f", to be removed on {sunset}" if sunset else ""


def _announced(old: Json, new: Json) -> str | None:
    """The last date for which the end was announced of all values that are gone; None if one was not announced.

    It is "" if there is no date.
    """
    ending: Mapping[str, str | None] = old.get(_VALUES, {})
    gone = {str(each) for each in (_enumerated(old) or frozenset()) - (_enumerated(new) or frozenset())}
    rest = {**old, "enum": [each for each in old.get("enum", ()) if str(each) not in gone]}
    if not gone or gone - ending.keys() or _change(rest, new, sent=True).narrowed:
        return None
    return max(ending[each] or "" for each in gone)


def _as_object(schema: Json | bool) -> Json:
    """A schema as an object: `true` takes every value, and `false` takes none (JSON Schema 2020-12, 4.3.2)."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema


def _name(schema: Json) -> str:
    """The name of the component that a schema refers to; "" for a schema of its own."""
    reference: str = schema.get("$ref", "")
    return reference.removeprefix(_PREFIX)


def _members(schema: Json) -> Json:
    """The schemas of the members that have a name, those that are only required among them."""
    named = {name: _as_object(each) for name, each in schema.get("properties", {}).items()}
    return {**{name: {} for name in schema.get("required", ())}, **named}


def _further(schema: Json) -> Json | None:
    """The schema of members that `properties` does not name; None where there are none."""
    further: Json | bool = schema.get("additionalProperties", True)
    return ({} if further else None) if isinstance(further, bool) else further


def _matched(
    old: Sequence[Json], new: Sequence[Json]
) -> tuple[Sequence[tuple[Json, Json]], Sequence[Json], Sequence[Json]]:
    """The choices that belong together, and those that only the old and only the new schema has."""
    pairs, alone, rest = [], [], list(new)
    for one in old:
        other = next((each for each in rest if _kind(each) == _kind(one)), None)
        if other is None:
            alone.append(one)
        else:
            rest.remove(other)
            pairs.append((one, other))
    if len(alone) == len(rest) == 1:
        if _name(alone[0]) and _name(rest[0]):
            return [*pairs, (alone[0], rest[0])], [], []  # renamed, or another one in its place
        if {_kind(alone[0]), _kind(rest[0])} == {"integer", "number"}:  # a number may be an integer
            grown = _kind(rest[0]) == "number"
            return pairs, [] if grown else alone, rest if grown else []
    if any(map(_takes_everything, new)):
        return pairs, [], rest
    if any(map(_takes_everything, old)):
        return pairs, alone, []
    return pairs, alone, rest


def _takes_everything(schema: Json) -> bool:
    return not any(name in _READ or name in _unread_names(schema) for name in schema)


def _kind(schema: Json) -> str:
    """What two choices have in common that are compared."""
    if name := _name(schema):
        return f"${name}"
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if "type" not in schema and values:
        return {str: "string", bool: "boolean", int: "integer", float: "number"}.get(type(values[0]), "null")
    return str(schema.get("type", "object" if "properties" in schema else "any"))


def _change(old: Json, new: Json, *, sent: bool) -> Change:
    """What the keywords of two schemas of one type say, but for those of members and items."""
    found = [_listed(old, new), _bounds(old, new, _LOWER, max), _bounds(old, new, _UPPER, min)]
    pairs = ((_said(old, keyword), _said(new, keyword)) for keyword in _ALL_OR_ONE)
    found += [Change(bool(other), bool(one)) for one, other in pairs if one != other]
    if sent:  # what is got may always have more members
        closed = [each.get("additionalProperties", True) is False for each in (old, new)]
        found.append(Change(closed[1] and not closed[0], closed[0] and not closed[1]))
    found += [_unread(old.get(name), new.get(name), name) for name in _unread_names(old) | _unread_names(new)]
    return Change(any(each.narrowed for each in found), any(each.widened for each in found))


def _unread_names(schema: Json) -> set[str]:
    return {name for name in schema.keys() - _READ - _SAY_NOTHING if not name.startswith("x-")}


def _unread(old: object, new: object, name: str) -> Change:
    if old == new:
        return Change(narrowed=False, widened=False)
    if name in _ONLY_FORBID and None in (old, new):
        return Change(narrowed=old is None, widened=new is None)
    return Change(narrowed=True, widened=True)


def _said(schema: Json, keyword: str) -> object:
    """What a keyword says of the values; how generated code keeps a number says nothing of them."""
    value = schema.get(keyword)
    return None if keyword == "format" and value in _KEPT else value


def _listed(old: Json, new: Json) -> Change:
    before, after = _enumerated(old), _enumerated(new)
    if before is None or after is None:
        return Change(before is None and after is not None, before is not None and after is None)
    return Change(bool(before - after), bool(after - before))


def _enumerated(schema: Json) -> frozenset[object] | None:
    """The values that a schema lists; None where it lists none."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else frozenset(values)


def _bounds(old: Json, new: Json, keywords: Iterable[str], tighter: Callable[..., float]) -> Change:
    narrowed = widened = False
    for keyword in keywords:
        one, other = old.get(keyword), new.get(keyword)
        if one == other:
            continue
        if one is None or (other is not None and tighter(one, other) == other):
            narrowed = True
        else:
            widened = True
    return Change(narrowed, widened)


def describe(schema: Json) -> str:
    """A schema in a few words: `a string of at most 255 characters`, `a Product`, `one of "a", "b"`."""
    if name := _name(schema):
        return name
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(describe(_as_object(each)) for each in several)
    listed = _enumerated(schema)
    if listed is not None:
        return ("one of " if len(listed) > 1 else "") + ", ".join(sorted(map(_value, listed)))
    kinds = schema.get("type", "anything")
    facets = [
        f"{keyword} {schema[keyword]}" for keyword in (*_LOWER, *_UPPER, *_ALL_OR_ONE) if keyword in schema
    ]
    if known := schema.get("x-extensible-enum"):
        facets.append(f"such as {', '.join(map(_value, known))}")
    kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{kind} ({', '.join(facets)})" if facets else kind


def _value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else "nothing" if value is None else str(value)
