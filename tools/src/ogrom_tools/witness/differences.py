"""What of two answers shows a finding."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any, TypeAlias

from ogrom_tools.witness.case import Case
from ogrom_tools.witness.messages import Answer
from ogrom_tools.witness.operation import Operation
from ogrom_tools.witness.values import found, takes

Pair: TypeAlias = tuple[Answer, Answer]
"""What the old and the new release answer."""
Difference: TypeAlias = tuple[str, str] | None
"""What is different in the two answers, in a few words each; None where they do not show the finding."""
OLD, NEW = 0, 1
"""The places of the sides in a pair."""
_VOLATILE = ("request_id", "instance")
_TODAY = timedelta(days=1)


def other_status(case: Case, pair: Pair) -> Difference:
    """The status is another one."""
    old, new = pair
    return (str(old), str(new)) if old.status != new.status else None


def refused(by: int, *statuses: int) -> Callable[[Case, Pair], Difference]:
    """One side refuses what the other does not, or for another reason.

    Args:
        by: `OLD` or `NEW`.
        statuses: in which it does; none for any that says that the client is at fault.
    """

    def difference(case: Case, pair: Pair) -> Difference:
        status = pair[by].status
        if status != pair[1 - by].status and (status in statuses if statuses else 400 <= status < 500):
            return str(pair[0]), str(pair[1])
        return None

    return difference


def anything(case: Case, pair: Pair) -> Difference:
    """Whether it is refused, or something in the content."""
    return refused(NEW)(case, pair) or refused(OLD)(case, pair) or _content(*pair)


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


def served(case: Case, pair: Pair) -> Difference:
    """The operation is there on one side: the other says 404, 405 or 501."""
    old, new = pair
    unserved = (404, 405, 501)
    if (old.status in unserved) != (new.status in unserved):
        return str(old), str(new)
    return None


def status(by: int) -> Callable[[Case, Pair], Difference]:
    """Only one side answers in the status that the finding names."""

    def difference(case: Case, pair: Pair) -> Difference:
        there = [str(each.status) == case.known("status") for each in pair]
        return (str(pair[0]), str(pair[1])) if there[by] and not there[1 - by] else None

    return difference


def problem_type(by: int) -> Callable[[Case, Pair], Difference]:
    """Only the refusal of one side has the type that the finding names."""

    def difference(case: Case, pair: Pair) -> Difference:
        types = [each.json.get("type", "about:blank") if isinstance(each.json, dict) else "" for each in pair]
        if types[by] != case.known("name") or types[1 - by] == case.known("name"):
            return None
        return f"{pair[0].status}, type: {types[0]}", f"{pair[1].status}, type: {types[1]}"

    return difference


def header(name: str) -> Callable[[Case, Pair], Difference]:
    """A header field of that status, which is another one or on one side only."""

    def difference(case: Case, pair: Pair) -> Difference:
        return _of_status(case, pair, lambda each: _field(each, name))

    return difference


def named_header(by: int) -> Callable[[Case, Pair], Difference]:
    """Only one side has the header field that the finding names, in that status."""

    def difference(case: Case, pair: Pair) -> Difference:
        name = case.known("name")
        there = [name.lower() in each.headers for each in pair]
        return header(name)(case, pair) if there[by] and not there[1 - by] else None

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


def media_type(*sides: int) -> Callable[[Case, Pair], Difference]:
    """Only one of these sides answers in the media type that the finding names, as the old or the new one."""

    def difference(case: Case, pair: Pair) -> Difference:
        kinds = [each.headers.get("content-type", "").partition(";")[0] for each in pair]
        named = {case.known(each) for each in ("name", "old", "new")}
        there = [
            kind if str(each.status) == case.status and kind in named else ""
            for kind, each in zip(kinds, pair, strict=True)
        ]
        if there[0] == there[1] or not any(there[by] for by in sides):
            return None
        return f"{pair[0].status}, Content-Type: {kinds[0]}", f"{pair[1].status}, Content-Type: {kinds[1]}"

    return difference


def link(*sides: int) -> Callable[[Case, Pair], Difference]:
    """A link in the content, which one of these sides has, and the other lacks or has otherwise."""

    def difference(case: Case, pair: Pair) -> Difference:
        name = case.known("name")
        texts = [_first_link(each.json, name) for each in pair]
        there = [text != _first_link(None, name) for text in texts]
        if all(there) if len(sides) == 1 else not all(there):
            return None
        return _of_status(case, pair, lambda each: _first_link(each.json, name)) if there[sides[0]] else None

    return difference


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


def member(*, gone: bool) -> Callable[[Case, Pair], Difference]:
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


def new_values(case: Case, pair: Pair) -> Difference:
    """A value in the new answer that the old description does not allow."""
    return _values(case, pair, case.old, NEW)


def old_values(case: Case, pair: Pair) -> Difference:
    """A value in the old answer that the new description does not allow."""
    return _values(case, pair, case.new, OLD)


def _values(case: Case, pair: Pair, judge: Operation | None, answer: int) -> Difference:
    """A value in one answer that the description of the other side does not allow."""
    for place in case.places(judge):
        if judge is None or {str(each.status) for each in pair} != {place.part}:
            continue
        if "/" not in place.name:  # a header field
            return header(place.name)(case, pair)
        was, is_ = (list(found(each.json, place.path)) for each in pair)
        for one, other in zip(was, is_, strict=False):
            judged = (one, other)[answer]
            known = place.schema.get("x-extensible-enum")
            allowed = takes(place.schema, judge.document, judged) and (known is None or judged in known)
            if one != other and judged is not ... and not allowed:
                return _at(pair, place.path, one, other)
    return None
