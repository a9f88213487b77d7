"""Compares the OpenAPI documents of two versions of an API, operation by operation."""

import json
import re
from collections.abc import Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from ogrom_rules import ordered
from ogrom_rules.contract import rules
from ogrom_rules.contract.rules import ContractFinding
from ogrom_rules.contract.schemas import Comparison, Direction, Json, end, sunset_moved, sunset_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
COMMON = frozenset({400, 408, 413, 414, 417, 429, 431, 500, 501, 503, 504, 505})
"""The statuses that any request can end in: line 16 of docs/contract.md."""
OTHER_MEDIA_TYPES = "x-other-media-types"
"""The media types of a body or an answer that no schema describes, such as pages."""
ONLY_WITH = "x-only-with"
"""The header field without which no request ends in a status."""
_VARIABLE = re.compile(r"\{([^}]*)\}")
_REFERENCE = re.compile(r'"\$ref": "([^"]*)"')
_PRECONDITIONS = re.compile(r"if-(?:match|none-match|modified-since|unmodified-since)", re.IGNORECASE)


def compare(old: Json, new: Json) -> tuple[ContractFinding, ...]:
    """What changed between two documents, the most serious first.

    Args:
        old, new: OpenAPI 3.1 documents, as JSON values. What one of them does not say of an answer's header fields,
            as documents from before did not say what Cache-Control is, is not compared. A document that is
            compared with itself is read to its end.

    Raises:
        AttributeError, LookupError, RecursionError, TypeError, ValueError: one of them is no OpenAPI document.
    """
    before, after = ({_shape(name): (name, each) for name, each in operations(one)} for one in (old, new))
    found: dict[ContractFinding, dict[str, None]] = {}
    touched = _touched(old, new)
    for shape in dict.fromkeys((*before, *after)):
        one, other = before.get(shape, ("", None)), after.get(shape, ("", None))
        text = json.dumps(one)
        if old is not new and text == json.dumps(other) and touched.isdisjoint(_references(text)):
            continue
        name = one[0] or other[0]
        for each in _operation(name, one, other, old, new):
            found.setdefault(each, {})[name] = None
    told = [replace(each, operations=tuple(names)) for each, names in found.items()]
    return tuple(each for each in ordered(told) if isinstance(each, ContractFinding))


def _touched(old: Json, new: Json) -> set[str]:
    """The references to components that differ, or that lead to one that does."""
    before, after = (
        {
            f"#/components/{kind}/{name}": json.dumps(each)
            for kind, some in document.get("components", {}).items()
            for name, each in some.items()
        }
        for document in (old, new)
    )
    touched = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
    rest = {each: _references(before[each]) for each in before.keys() - touched}
    while more := {each for each, references in rest.items() if not touched.isdisjoint(references)} - touched:
        touched |= more
    return touched


def _references(text: str) -> set[str]:
    return set(_REFERENCE.findall(text))


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """The operations of a document, by `METHOD /path`, with what the path and the document say for all of theirs.

    A slash at the end of a path does not count.
    """
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                made = {
                    "security": document.get("security", []),
                    **item[method],
                    "parameters": [*shared, *item[method].get("parameters", ())],
                }
                yield f"{method.upper()} {path.rstrip('/') or '/'}", made


def resolved(document: Json, value: Json) -> Json:
    """What a reference to a component leads to, or the value itself.

    Raises:
        ValueError: it leads to no component, or back to itself.
    """
    followed: set[str] = set()
    while reference := value.get("$ref", ""):
        components, *place = reference.removeprefix("#/").split("/")
        if reference in followed or components != "components" or len(place) != 2:
            raise ValueError(f"the reference {reference} leads to no component of the document")
        followed.add(reference)
        value = document["components"][place[0]][place[1]]
    return value


def _shape(name: str) -> str:
    """A method and a path without the names in it: `GET /products/{}`."""
    return _VARIABLE.sub("{}", name)


def _operation(
    name: str, before: tuple[str, Json | None], after: tuple[str, Json | None], document: Json, other: Json
) -> Iterator[ContractFinding]:
    (old_name, old), (new_name, new) = before, after
    if old is None:
        yield rules.OPERATION_ADDED.at(name)
    elif new is None:
        rule = rules.DEPRECATED_OPERATION_REMOVED if old.get("deprecated") else rules.OPERATION_REMOVED
        yield rule.at(name, until=sunset_of(old))
    else:
        yield from _deprecation(name, old, new)
        ids = [each.get("operationId", "nothing") for each in (old, new)]
        if ids[0] != ids[1]:
            yield rules.OPERATION_RENAMED.at(name, old=ids[0], new=ids[1])
        variables = zip(_VARIABLE.findall(new_name), _VARIABLE.findall(old_name), strict=True)
        renamed = {is_: was for is_, was in variables if is_ != was}
        yield from (rules.PATH_PARAMETER_RENAMED.at(name, old=was, new=is_) for is_, was in renamed.items())
        yield from _Pair(name, document, other, renamed).compare(old, new)


def _deprecation(name: str, old: Json, new: Json) -> Iterator[ContractFinding]:
    if new.get("deprecated") and not old.get("deprecated"):
        yield rules.OPERATION_DEPRECATED.at(name, end=end(sunset_of(new)))
    elif old.get("deprecated") and not new.get("deprecated"):
        yield rules.OPERATION_KEPT.at(name)
    else:
        yield from sunset_moved(name, sunset_of(old), sunset_of(new))


@dataclass(frozen=True)
class _Pair:
    """One operation of both documents."""

    name: str
    before: Json
    after: Json
    renamed: Mapping[str, str]
    """The old names of what stands in the path, by the new ones."""

    def compare(self, old: Json, new: Json) -> Iterator[ContractFinding]:
        yield from self._parameters(old, new)
        yield from self._body(old.get("requestBody"), new.get("requestBody"))
        yield from self._security(old, new)
        sent = self._by_key(self.before, old, {}).keys()
        yield from self._responses(old.get("responses", {}), new.get("responses", {}), sent)

    def _shapes(
        self, direction: Direction, old: Json, new: Json, place: str, *, was_required: bool = False
    ) -> Iterator[ContractFinding]:
        before, after = (each.get("components", {}).get("schemas", {}) for each in (self.before, self.after))
        comparison = Comparison(before, after, direction)
        return comparison.compare(old, new, f"{self.name} {place}", was_required=was_required)

    # What clients send.

    def _parameters(self, old: Json, new: Json) -> Iterator[ContractFinding]:
        before = self._by_key(self.before, old, {})
        after = self._by_key(self.after, new, self.renamed)
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key), after.get(key)
            name = next(each["name"] for each in (one, other) if each)
            if _PRECONDITIONS.fullmatch(name):
                yield from self._precondition(name, one, other)
            elif one is None or other is None:
                yield self._alone(name, one, other)
            else:
                yield from self._parameter(key, one, other)

    @staticmethod
    def _by_key(
        document: Json, operation: Json, renamed: Mapping[str, str]
    ) -> Mapping[tuple[str, str], Json]:
        """The parameters by where and by what name they are sent; names of header fields have no case."""
        found = {}
        for each in (resolved(document, one) for one in operation["parameters"]):
            name = each["name"]
            if each["in"] == "header":
                name = name.lower()
            elif each["in"] == "path":
                name = renamed.get(name, name)
            found[each["in"], name] = each
        return found

    def _alone(self, name: str, old: Json | None, new: Json | None) -> ContractFinding:
        if new is not None:
            rule = rules.PARAMETER_ADDED_REQUIRED if new.get("required") else rules.PARAMETER_ADDED
        else:
            told = old is not None and old.get("deprecated")
            rule = rules.DEPRECATED_PARAMETER_REMOVED if told else rules.PARAMETER_REMOVED
        return rule.at(self.name, name=name, until=sunset_of(old or {}))

    def _parameter(self, key: tuple[str, str], old: Json, new: Json) -> Iterator[ContractFinding]:
        name = key[1]
        if bool(old.get("required")) != bool(new.get("required")):
            rule = rules.PARAMETER_REQUIRED if new.get("required") else rules.PARAMETER_OPTIONAL
            yield rule.at(self.name, name=name)
        if new.get("deprecated") and not old.get("deprecated"):
            yield rules.PARAMETER_DEPRECATED.at(self.name, name=name, end=end(sunset_of(new)))
        elif old.get("deprecated") and not new.get("deprecated"):
            yield rules.PARAMETER_KEPT.at(self.name, name=name)
        yield from sunset_moved(f"{self.name} {' '.join(key)}", sunset_of(old), sunset_of(new))
        if _style(old) != _style(new):
            yield rules.PARAMETER_STYLE_CHANGED.at(self.name, name=name)
        needed = bool(old.get("required"))
        yield from self._shapes("request", *_schemas(old, new), " ".join(key), was_required=needed)

    def _precondition(self, name: str, old: Json | None, new: Json | None) -> Iterator[ContractFinding]:
        was, is_ = (bool(each and each.get("required")) for each in (old, new))
        if new is None:
            yield rules.PRECONDITION_REMOVED.at(self.name, name=name)
        elif is_ and not was:
            yield rules.PRECONDITION_REQUIRED.at(self.name, name=name)
        elif old is None:
            yield rules.PRECONDITION_ADDED.at(self.name, name=name)
        elif was and not is_:
            yield rules.PRECONDITION_OPTIONAL.at(self.name, name=name)

    def _body(self, old: Json | None, new: Json | None) -> Iterator[ContractFinding]:
        if old is None or new is None:
            if new is not None:
                needed = resolved(self.after, new).get("required")
                yield (rules.BODY_REQUIRED if needed else rules.BODY_ADDED).at(self.name)
            elif old is not None:
                yield rules.BODY_REMOVED.at(self.name)
            return
        old, new = resolved(self.before, old), resolved(self.after, new)
        if bool(old.get("required")) != bool(new.get("required")):
            yield (rules.BODY_REQUIRED if new.get("required") else rules.BODY_OPTIONAL).at(self.name)
        before, after = _forms(old), _forms(new)
        for kind in dict.fromkeys((*before, *after)):
            if kind not in after:
                yield rules.BODY_TYPE_REMOVED.at(self.name, name=kind)
            elif kind not in before:
                yield rules.BODY_TYPE_ADDED.at(self.name, name=kind)
            elif (one := before[kind]) is not None and (other := after[kind]) is not None:
                yield from self._shapes("request", *_schemas(one, other), "content")

    def _security(self, old: Json, new: Json) -> Iterator[ContractFinding]:
        before, after = old.get("security") or [{}], new.get("security") or [{}]
        if ({} in before) != ({} in after):
            yield (rules.TOKEN_REQUIRED if {} in before else rules.TOKEN_OPTIONAL).at(self.name)
        one, other = ({key: each[key] for each in some for key in each} for some in (before, after))
        if one and other and one.keys() != other.keys():
            yield rules.SCHEME_CHANGED.at(self.name, old=", ".join(one), new=", ".join(other))
        scopes = [{scope for some in each.values() for scope in some} for each in (one, other)]
        if one:  # where no token was asked for, that says it all
            yield from (rules.SCOPE_ADDED.at(self.name, name=each) for each in sorted(scopes[1] - scopes[0]))
        if other:
            yield from (
                rules.SCOPE_REMOVED.at(self.name, name=each) for each in sorted(scopes[0] - scopes[1])
            )

    # What clients get.

    def _responses(
        self, old: Json, new: Json, sent: AbstractSet[tuple[str, str]]
    ) -> Iterator[ContractFinding]:
        for status in dict.fromkeys((*old, *new)):
            if status not in old:
                yield self._added(status, resolved(self.after, new[status]).get(ONLY_WITH, ""), sent)
            elif status not in new:
                rule = rules.ERROR_REMOVED if status >= "400" else rules.STATUS_REMOVED
                yield rule.at(self.name, status=status)
            else:
                yield from self._response(f"{self.name} {status}", status, old[status], new[status])

    def _added(self, status: str, field: str, sent: AbstractSet[tuple[str, str]]) -> ContractFinding:
        if status.isdigit() and int(status) in COMMON:
            return rules.COMMON_STATUS_ADDED.at(self.name, status=status)
        if field and ("header", field.lower()) not in sent:
            return rules.STATUS_ADDED_WITH_PARAMETER.at(self.name, status=status, name=field)
        return rules.STATUS_ADDED.at(self.name, status=status)

    def _response(self, place: str, status: str, old: Json, new: Json) -> Iterator[ContractFinding]:
        old, new = resolved(self.before, old), resolved(self.after, new)
        yield from self._headers(place, old.get("headers", {}), new.get("headers", {}))
        yield from _problem_types(place, old, new)
        yield from _links(place, old.get("links", {}), new.get("links", {}))
        before, after = _forms(old), _forms(new)
        if before and after and next(iter(after)) != next(iter(before)):
            yield rules.DEFAULT_TYPE_CHANGED.at(place, old=next(iter(before)), new=next(iter(after)))
        for kind in dict.fromkeys((*before, *after)):
            if kind not in after:
                yield rules.MEDIA_TYPE_REMOVED.at(place, name=kind)
            elif kind not in before:
                yield rules.MEDIA_TYPE_ADDED.at(place, name=kind)
            elif (one := before[kind]) is not None and (other := after[kind]) is not None:
                yield from self._shapes("response", *_schemas(one, other), f"{status} content")

    def _headers(self, place: str, old: Json, new: Json) -> Iterator[ContractFinding]:
        # Those two tell of a deprecation, which is compared by what the operation says.
        for name in (each for each in dict.fromkeys((*old, *new)) if each not in ("Deprecation", "Sunset")):
            if name not in new:
                yield rules.FIELD_REMOVED.at(place, name=name)
            elif name not in old:
                yield rules.FIELD_ADDED.at(place, name=name)
            else:
                one, other = resolved(self.before, old[name]), resolved(self.after, new[name])
                if bool(one.get("required")) != bool(other.get("required")):
                    yield (rules.FIELD_LACKING if one.get("required") else rules.FIELD_ALWAYS).at(
                        place, name=name
                    )
                schemas = _schemas(one, other)
                texts = [each.get("const") for each in schemas]
                if name not in _COMPARED:
                    yield from self._shapes(
                        "response", *schemas, f"{place.removeprefix(self.name)[1:]} {name}"
                    )
                elif None not in texts:
                    yield from _COMPARED[name](place, *map(str, texts))


def _style(parameter: Json) -> tuple[object, object]:
    """How several values are written, where one can have several."""
    if parameter.get("schema", {}).get("type") != "array":
        return "", ""
    style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
    return style, parameter.get("explode", style == "form")


def _forms(message: Json) -> Mapping[str, Json | None]:
    """The media types of a body or an answer; None in place of the Media Type Object of what no schema describes."""
    return {**message.get("content", {}), **dict.fromkeys(message.get(OTHER_MEDIA_TYPES, ()))}


def _schemas(old: Json, new: Json) -> tuple[Json, Json]:
    return old.get("schema", {}), new.get("schema", {})


def _problem_types(place: str, old: Json, new: Json) -> Iterator[ContractFinding]:
    before, after = old.get("x-problem-types"), new.get("x-problem-types")
    if before is None or after is None:
        return
    yield from (rules.PROBLEM_TYPE_ADDED.at(place, name=each) for each in after if each not in before)
    yield from (rules.PROBLEM_TYPE_REMOVED.at(place, name=each) for each in before if each not in after)


def _links(place: str, old: Json, new: Json) -> Iterator[ContractFinding]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield rules.LINK_REMOVED.at(place, name=name)
        elif name not in old:
            yield rules.LINK_ADDED.at(place, name=name)
        elif (leads := [each[name].get("operationId") for each in (old, new)])[0] != leads[1]:
            yield rules.LINK_CHANGED.at(place, name=name, old=leads[0], new=leads[1])


def _vary(place: str, old: str, new: str) -> Iterator[ContractFinding]:
    before, after = ({name.strip().lower() for name in each.split(",")} for each in (old, new))
    if grown := sorted(after - before):
        yield rules.VARY_GREW.at(place, name=", ".join(grown))
    if shrunk := sorted(before - after):
        yield rules.VARY_SHRANK.at(place, name=", ".join(shrunk))


def _cache_control(place: str, old: str, new: str) -> Iterator[ContractFinding]:
    before, after = _directives(old), _directives(new)
    if before == after:
        return
    found = []
    if ("no-store" in before) != ("no-store" in after):
        found.append(rules.STORED.at(place) if "no-store" in before else rules.NOT_STORED.at(place))
    elif ("private" in before) != ("private" in after):
        found.append(rules.SHARED.at(place) if "private" in before else rules.NOT_SHARED.at(place))
    was, is_ = _lifetime(before), _lifetime(after)
    if (
        was is not None
        and is_ is not None
        and was != is_
        and not ({"no-store"} & (before.keys() | after.keys()))
    ):
        longer = is_ > was
        found.append(
            (rules.LIFETIME_LONGER if longer else rules.LIFETIME_SHORTER).at(place, old=was, new=is_)
        )
    yield from found or [rules.CACHING_CHANGED.at(place, old=old, new=new)]


def _directives(text: str) -> Mapping[str, str]:
    """The directives of Cache-Control (RFC 9111, 5.2), by name."""
    parts = (each.strip().partition("=") for each in text.lower().split(",") if each.strip())
    return {name: value.strip('"') for name, _, value in parts}


def _lifetime(directives: Mapping[str, str]) -> int | None:
    """The seconds for which a cache may answer by itself, also stale (RFC 5861); None where nothing says so."""
    if "no-cache" in directives:
        return 0
    fresh, stale = (
        [int(directives[name]) for name in names if directives.get(name, "").isdigit()]
        for names in (("s-maxage", "max-age"), ("stale-while-revalidate", "stale-if-error"))
    )
    return max(fresh) + max(stale, default=0) if fresh else None


_COMPARED: Mapping[str, Any] = {"Vary": _vary, "Cache-Control": _cache_control}
"""The header fields whose text counts."""
