"""The table of witnesses: for each rule the requests that may show it, and what of two answers shows it.

A rule that no request can show is in `UNSHOWN`, with the reason.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any, NamedTuple, TypeAlias

from ogrom_rules.contract import ContractFinding
from ogrom_tools.witness.messages import ETAG, Answer, Request
from ogrom_tools.witness.operation import Operation, Place, written
from ogrom_tools.witness.probes import probes
from ogrom_tools.witness.values import found, put, smallest, takes, values

Pair: TypeAlias = tuple[Answer, Answer]
"""What the old and the new release answer."""
Difference: TypeAlias = tuple[str, str] | None
"""What is different in the two answers, in a few words each; None where they do not show the finding."""
_VOLATILE = ("request_id", "instance")
_TODAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A finding about one operation.

    Attributes:
        finding: what changed.
        old, new: the operation; None on the side that lacks it.
    """

    finding: ContractFinding
    old: Operation | None
    new: Operation | None

    @property
    def sent(self) -> Operation:
        """The operation as clients of the old release know it; the new one where that lacks it."""
        operation = self.old or self.new
        assert operation is not None
        return operation

    def known(self, name: str) -> str:
        """What the finding says by this name; an empty text for nothing."""
        return dict(self.finding.known).get(name, "")

    @property
    def status(self) -> str:
        """The status of the answer that the finding is about; an empty text for any."""
        rest = self.finding.symbol.removeprefix(self.sent.name).split()
        return rest[0] if rest and self.finding.symbol.startswith(self.sent.name) else ""

    def places(self, side: Operation | None) -> tuple[Place, ...]:
        """Where the description of one side has what the finding is about."""
        return tuple(each for each in side.places() if self.finding.symbol in each.names) if side else ()


class Way(NamedTuple):
    """How a rule is shown."""

    requests: Callable[[Case], Iterable[Request]]
    difference: Callable[[Case, Pair], Difference]


# Requests.


def _good(case: Case) -> Iterator[Request]:
    yield case.sent.request()
    if case.new is not None and case.old is not None:
        yield case.new.request()


def _probes(case: Case) -> Iterator[Request]:
    yield from probes(case.sent)
    if case.new is not None and case.old is not None:
        yield from probes(case.new)


def _with_parameter(case: Case) -> Iterator[Request]:
    """With the parameter that only one side has."""
    for side in (case.old, case.new):
        for each in side.parameters if side else ():
            if each["name"].lower() == case.known("name").lower() and side:
                schema = each.get("schema", {})
                takable = (
                    one for one in (side.examples.word, *values(schema, side.document)) if one is not None
                )
                for value in takable:
                    if takes(schema, side.document, value):
                        yield _sending(case.sent.request(), each["in"], each["name"], value)
    yield from _good(case)


def _sending(request: Request, part: str, name: str, value: Any) -> Request:
    if part == "query":
        kept = [each for each in request.target.partition("?")[2].split("&") if each]
        kept = [each for each in kept if each.partition("=")[0] != name]
        return replace(request, target=f"{request.path}?{'&'.join([*kept, f'{name}={written(value)}'])}")
    if part == "header":
        return request.with_headers({**dict(request.headers), name: written(value)})
    return request


def _in_both_styles(case: Case) -> Iterator[Request]:
    good = case.sent.request().lacking()
    name = case.known("name")
    for one, other in (("1", "2"), ("x", "y")):
        yield good.with_query(**{name: f"{one},{other}"})
        yield replace(good, target=good.with_query(**{name: one}).target + f"&{name}={other}")


def _without_parameter(case: Case) -> Iterator[Request]:
    name = case.known("name")
    for each in _good(case):
        yield each.lacking(name)
        path, _, query = each.target.partition("?")
        kept = [one for one in query.split("&") if one and one.partition("=")[0] != name]
        yield replace(each, target=f"{path}?{'&'.join(kept)}" if kept else path)


def _with_precondition(case: Case) -> Iterator[Request]:
    name = case.known("name")
    dates = ("Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT")
    for value in dates if name.lower().endswith("since") else ('"another"', ETAG, "*"):
        good = case.sent.request().lacking(name)
        yield good.with_headers({**dict(good.headers), name: value})


def _with_content(case: Case) -> Iterator[Request]:
    for side in (case.old, case.new):
        if side is not None and side.body:
            yield side.request()
    yield replace(case.sent.request(), content="{}").having(Content_Type="application/json")


def _without_content(case: Case) -> Iterator[Request]:
    yield replace(case.sent.request(), content=None).lacking("Content-Type")


def _of_type(case: Case) -> Iterator[Request]:
    yield case.sent.request().having(Content_Type=case.known("name"))


def _without_token(case: Case) -> Iterator[Request]:
    yield replace(case.sent.request(), caller=None)


def _with_scopes(case: Case) -> Iterator[Request]:
    """With the token that one side asks for."""
    for side in (case.old, case.new):
        if side is not None:
            yield replace(case.sent.request(), caller=side.caller)


def _accepting(case: Case) -> Iterator[Request]:
    yield from (each.having(Accept=case.known("name")) for each in _probes(case))


def _sent_values(case: Case) -> Iterator[Request]:
    """With values that one side takes and the other does not, where the finding is."""
    before, after = case.places(case.old), case.places(case.new)
    for one in before or after:
        other = next((each for each in after if (each.part, each.path) == (one.part, one.path)), None)
        pair = [(each, side) for each, side in ((one, case.sent), (other, case.new)) if each and side]
        tried: list[Any] = []
        for place, side in pair:
            tried += [each for each in values(place.schema, side.document) if each not in tried]
        for value in sorted(tried, key=lambda each: len(dumps(each))):
            accepted = {takes(place.schema, side.document, value) for place, side in pair}
            if len(accepted) == 2:  # taken by one side, and not by the other
                yield _putting(case, one, value)
        if case.finding.symbol in one.names and other is None:
            yield from (
                _putting(case, one, each) for each in tried if takes(one.schema, case.sent.document, each)
            )


def _putting(case: Case, place: Place, value: Any) -> Request:
    sent = case.sent if case.sent.body or place.part != "content" else case.new or case.sent
    request = sent.request()
    if place.part == "path":
        arguments = {**sent.arguments, place.name: str(value)}
        return replace(
            request, target=request.target.replace(sent.path(sent.arguments), sent.path(arguments), 1)
        )
    if place.part != "content":
        return _sending(request, place.part, place.name, value)
    schema = sent.body.get(place.name, {}).get("schema", {})
    content = put(sent.content, place.path, value, schema, sent.document)
    return replace(request, content=dumps(content)).having(Content_Type=place.name)


def _member(case: Case) -> Iterator[Request]:
    """With the member of the content that the finding is about, then without it."""
    for side in (case.old, case.new):
        for place in case.places(side):
            if side is not None and place.part == "content":
                yield _putting(case, place, smallest(place.schema, side.document))
                yield _putting(case, place, ...)


def _without_default(case: Case) -> Iterator[Request]:
    """Without what has the default."""
    yield from _good(case)
    for place in case.places(case.old):
        if place.part == "content":
            yield _putting(case, place, ...)


# What is different.


def _other_status(case: Case, pair: Pair) -> Difference:
    old, new = pair
    return (str(old), str(new)) if old.status != new.status else None


def _refused(case: Case, pair: Pair) -> Difference:
    """One side refuses what the other does not, or for another reason."""
    old, new = pair
    if old.status != new.status and 400 <= max(old.status, new.status) < 500:  # by the client's fault
        return str(old), str(new)
    return None


def _any(case: Case, pair: Pair) -> Difference:
    """The status or something in the content."""
    return _refused(case, pair) or _content(*pair)


def _content(old: Answer, new: Answer) -> Difference:
    if old.status != new.status or old.json is None or new.json is None:
        return None
    for path, was, is_ in _differences(old.json, new.json):
        return f"{old.status}, {path}: {was}", f"{new.status}, {path}: {is_}"
    return None


def _differences(old: Any, new: Any, path: str = "content") -> Iterator[tuple[str, str, str]]:
    """Where two contents differ, but for what differs at each request."""
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield path, _counted(old), _counted(new)
        for place, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from _differences(one, other, f"{path}[{place}]")
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            if name not in _VOLATILE:
                yield from _differences(old.get(name, ...), new.get(name, ...), f"{path}.{name}")
    elif old != new and not (_is_now(old) and _is_now(new)):
        yield path, _shown(old), _shown(new)


def _counted(values: list[Any]) -> str:
    return "one element" if len(values) == 1 else f"{len(values)} elements"


def _is_now(value: Any) -> bool:
    try:
        then = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return then.tzinfo is not None and abs(datetime.now(UTC) - then) < _TODAY


def _shown(value: Any) -> str:
    text = "not there" if value is ... else dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."  # what a line has room for


def _served(case: Case, pair: Pair) -> Difference:
    """The operation is there on one side: the other says 404, 405 or 501."""
    old, new = pair
    unserved = (404, 405, 501)
    if (old.status in unserved) != (new.status in unserved):
        return str(old), str(new)
    return None


def _status(case: Case, pair: Pair) -> Difference:
    """One side answers in the status that the finding names."""
    old, new = pair
    wanted = case.known("status")
    if (str(old.status) == wanted) != (str(new.status) == wanted):
        return str(old), str(new)
    return None


def _problem_type(case: Case, pair: Pair) -> Difference:
    types = [each.json.get("type", "about:blank") if isinstance(each.json, dict) else "" for each in pair]
    if (types[0] == case.known("name")) != (types[1] == case.known("name")):
        return f"{pair[0].status}, type: {types[0]}", f"{pair[1].status}, type: {types[1]}"
    return None


def _header(name: str = "") -> Callable[[Case, Pair], Difference]:
    """A header field of that status, or the one that the finding names, which one side lacks or has otherwise."""

    def difference(case: Case, pair: Pair) -> Difference:
        wanted = name or case.known("name") or case.finding.symbol.rpartition(" ")[2]
        return _of_status(case, pair, lambda each: _field(each, wanted))

    return difference


def _field(answer: Answer, name: str) -> str:
    value = answer.headers.get(name.lower())
    return f"no {name}" if value is None else f"{name}: {value}"


def _of_status(case: Case, pair: Pair, shown: Callable[[Answer], str]) -> Difference:
    """What is shown of two answers in the status that the finding is about, where it differs."""
    statuses = {str(each.status) for each in pair}
    was, is_ = map(shown, pair)
    if was == is_ or len(statuses) > 1 or (case.status.isdigit() and statuses != {case.status}):
        return None
    return f"{pair[0].status}, {was}", f"{pair[1].status}, {is_}"


def _media_type(case: Case, pair: Pair) -> Difference:
    """One side answers in the media type that the finding names, as the old or the new one, and the other not."""
    kinds = [each.headers.get("content-type", "").partition(";")[0] for each in pair]
    named = {case.known(each) for each in ("name", "old", "new")}
    there = [
        kind if str(each.status) == case.status and kind in named else ""
        for kind, each in zip(kinds, pair, strict=True)
    ]
    if there[0] == there[1]:
        return None
    return f"{pair[0].status}, Content-Type: {kinds[0]}", f"{pair[1].status}, Content-Type: {kinds[1]}"


def _link(case: Case, pair: Pair) -> Difference:
    """A member of any `links` in the content, which one side lacks or which leads elsewhere."""
    name = case.known("name")
    return _of_status(case, pair, lambda each: _first_link(each.json, name))


def _first_link(content: Any, name: str) -> str:
    """The first link of a name such as `category`, or `items.category` for one in what `items` lists."""
    *way, last = name.split(".")
    for each in way:
        content = content.get(each) if isinstance(content, dict) else None
    for links in _links(content):
        if last in links:
            return f"link {name}: {links[last]}"
    return f"no link {name}"


def _links(content: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, dict):
        if isinstance(content.get("links"), dict):
            yield content["links"]
        content = list(content.values())
    for each in content if isinstance(content, list) else ():
        yield from _links(each)


def _given(*, gone: bool) -> Callable[[Case, Pair], Difference]:
    """A member of the content that one side has each time, and the other not: the new one where it is gone."""

    def difference(case: Case, pair: Pair) -> Difference:
        for place in (*case.places(case.old), *case.places(case.new)):
            if {str(each.status) for each in pair} == {place.part} and place.path:
                was, is_ = (list(found(each.json, place.path)) for each in pair)
                having, lacking = (was, is_) if gone else (is_, was)
                if having and lacking and ... not in having and ... in lacking:
                    return _at(pair, place.path, was[0], ... if gone else is_[0])
        return None

    return difference


def _at(pair: Pair, path: tuple[str, ...], was: Any, is_: Any) -> tuple[str, str]:
    name = "".join(each if each in ("[]", "{}") else f".{each}" for each in path).lstrip(".")
    old, new = (f"{name}: {_shown(each)}" if each is not ... else f"no {name}" for each in (was, is_))
    return f"{pair[0].status}, {old}", f"{pair[1].status}, {new}"


def _new_values(case: Case, pair: Pair) -> Difference:
    return _values(case, pair, case.old, 1)


def _old_values(case: Case, pair: Pair) -> Difference:
    return _values(case, pair, case.new, 0)


def _values(case: Case, pair: Pair, judge: Operation | None, answer: int) -> Difference:
    """A value in one answer that the description of the other side does not allow."""
    for place in case.places(judge):
        if judge is None or {str(each.status) for each in pair} != {place.part}:
            continue
        if "/" not in place.name:  # a header field
            return _header(place.name)(case, pair)
        was, is_ = (list(found(each.json, place.path)) for each in pair)
        for one, other in zip(was, is_, strict=False):
            judged = (one, other)[answer]
            known = place.schema.get("x-extensible-enum")
            allowed = takes(place.schema, judge.document, judged) and (known is None or judged in known)
            if judged is not ... and not allowed:
                return _at(pair, place.path, one, other)
    return None


_DESCRIBED = "only the description says so; no answer changes"
_NAMES = "it is about a name in the code that generators make; what is sent stays"

UNSHOWN: Mapping[str, str] = {
    "operation-renamed": _NAMES,
    "path-parameter-renamed": _NAMES,
    "schema-renamed": _NAMES,
    "parameter-deprecated": _DESCRIBED,
    "parameter-kept": _DESCRIBED,
    "member-deprecated": _DESCRIBED,
    "member-kept": _DESCRIBED,
    "value-deprecated": _DESCRIBED,
}
"""Why no request shows these rules."""

_DEPRECATION = Way(_good, _header("Deprecation"))
_SUNSET = Way(_good, _header("Sunset"))
_CACHING = Way(_probes, _header("Cache-Control"))
_REFUSAL = Way(_sent_values, _refused)

SHOWN: Mapping[str, Way] = {
    "operation-added": Way(_good, _served),
    "operation-removed": Way(_good, _served),
    "deprecated-operation-removed": Way(_good, _served),
    "operation-deprecated": _DEPRECATION,
    "operation-kept": _DEPRECATION,
    "sunset-earlier": _SUNSET,
    "sunset-later": _SUNSET,
    "parameter-added": Way(_with_parameter, _any),
    "parameter-added-required": Way(_without_parameter, _refused),
    "parameter-required": Way(_without_parameter, _refused),
    "parameter-optional": Way(_without_parameter, _refused),
    "parameter-removed": Way(_with_parameter, _any),
    "deprecated-parameter-removed": Way(_with_parameter, _any),
    "parameter-style-changed": Way(_in_both_styles, _any),
    "precondition-required": Way(_without_parameter, _refused),
    "precondition-optional": Way(_without_parameter, _refused),
    "precondition-added": Way(_with_precondition, _other_status),
    "precondition-removed": Way(_with_precondition, _other_status),
    "body-added": Way(_with_content, _any),
    "body-required": Way(_without_content, _refused),
    "body-optional": Way(_without_content, _refused),
    "body-removed": Way(_with_content, _any),
    "body-type-added": Way(_of_type, _refused),
    "body-type-removed": Way(_of_type, _refused),
    "token-required": Way(_without_token, _refused),
    "token-optional": Way(_without_token, _refused),
    "scope-added": Way(_with_scopes, _refused),
    "scope-removed": Way(_with_scopes, _refused),
    "scheme-changed": Way(_without_token, _header("WWW-Authenticate")),
    "status-added": Way(_probes, _status),
    "common-status-added": Way(_probes, _status),
    "status-removed": Way(_probes, _status),
    "error-removed": Way(_probes, _status),
    "problem-type-added": Way(_probes, _problem_type),
    "problem-type-removed": Way(_probes, _problem_type),
    "media-type-added": Way(_accepting, _media_type),
    "media-type-removed": Way(_accepting, _media_type),
    "default-type-changed": Way(_probes, _media_type),
    "header-added": Way(_probes, _header()),
    "header-removed": Way(_probes, _header()),
    "header-lacking": Way(_probes, _header()),
    "header-always": Way(_probes, _header()),
    "vary-grew": Way(_probes, _header("Vary")),
    "vary-shrank": Way(_probes, _header("Vary")),
    "lifetime-longer": _CACHING,
    "lifetime-shorter": _CACHING,
    "stored": _CACHING,
    "not-stored": _CACHING,
    "shared": _CACHING,
    "not-shared": _CACHING,
    "caching-changed": _CACHING,
    "link-added": Way(_probes, _link),
    "link-removed": Way(_probes, _link),
    "link-changed": Way(_probes, _link),
    "member-added-required": Way(_member, _refused),
    "member-accepted": Way(_member, _any),
    "member-refused": Way(_member, _any),
    "deprecated-member-refused": Way(_member, _any),
    "member-required": Way(_member, _refused),
    "member-optional": Way(_member, _refused),
    "default-changed": Way(_without_default, _any),
    "values-refused": _REFUSAL,
    "deprecated-values-refused": _REFUSAL,
    "values-accepted": _REFUSAL,
    "member-added": Way(_probes, _given(gone=False)),
    "member-removed": Way(_probes, _given(gone=True)),
    "deprecated-member-removed": Way(_probes, _given(gone=True)),
    "member-lacking": Way(_probes, _given(gone=True)),
    "member-always": Way(_probes, _given(gone=False)),
    "values-added": Way(_probes, _new_values),
    "known-values-added": Way(_probes, _new_values),
    "values-removed": Way(_probes, _old_values),
}
"""How the other rules are shown."""
