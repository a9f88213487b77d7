"""Proactive negotiation (RFC 9110, section 12.5): which representation a request prefers.

Ties go to what stands first among the available ones; for languages, to what the client names first. A
malformed weight counts as 1, and a malformed member is ignored: an unreadable preference is no reason to refuse.
"""

import re
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from werkzeug.http import parse_list_header, parse_options_header

_DECIMAL: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


class Preference(NamedTuple):
    """One member of an Accept field: a value, its parameters and its weight."""

    value: str
    parameters: frozenset[tuple[str, str]]
    weight: float


def preferences(field: str) -> tuple[Preference, ...]:
    """The members of an Accept, Accept-Language or Accept-Encoding field, in the client's order."""
    return tuple(_preference(member) for member in parse_list_header(field) if member)


def _preference(member: str) -> Preference:
    value, options = parse_options_header(member.lower())
    # What follows the weight is an obsolete extension (RFC 9110, 12.5.1).
    parameters = {name: options[name] for name in takewhile("q".__ne__, options)}
    return Preference(value, frozenset(parameters.items()), _weight(options.get("q", "")))


def _weight(text: str) -> float:
    return min(1.0, float(text)) if _DECIMAL.fullmatch(text) else 1.0


@lru_cache(maxsize=512)
def best_media_type(field: str, available: tuple[str, ...]) -> str | None:
    """The available media type that Accept wants most, or None if it wants none of them."""
    ranges = preferences(field)
    if not ranges:
        return available[0]
    return _best({media_type: _media_weight(ranges, media_type) for media_type in available})


def _media_weight(ranges: tuple[Preference, ...], media_type: str) -> float:
    """The weight that the most specific matching range gives to the media type; 0 if none matches."""
    offered = _preference(media_type)
    matches = [(_specificity(range_), range_.weight) for range_ in ranges if _covers(range_, offered)]
    return max(matches, key=lambda match: match[0])[1] if matches else 0.0


def _covers(range_: Preference, offered: Preference) -> bool:
    kind, _, subtype = range_.value.partition("/")
    offered_kind, _, offered_subtype = offered.value.partition("/")
    return (
        ((kind == "*" and subtype == "*") or kind == offered_kind)
        and subtype in ("*", offered_subtype)
        and {each for each in range_.parameters if each != ("charset", "utf-8")} <= offered.parameters
    )  # all we send is UTF-8, whether its type says so or not


def _specificity(range_: Preference) -> tuple[bool, bool, int]:
    kind, _, subtype = range_.value.partition("/")
    return kind != "*", subtype != "*", len(range_.parameters)


@lru_cache(maxsize=512)
def best_language(field: str, available: tuple[str, ...]) -> str | None:
    """The available language that RFC 4647's lookup (section 3.4) finds for Accept-Language, or None."""
    tags = {tag.lower(): tag for tag in available}
    longest = max(tag.count("-") for tag in tags) + 1
    wanted = preferences(field)
    refused = {preference.value for preference in wanted if preference.weight == 0}
    for preference in sorted(wanted, key=lambda preference: -preference.weight):
        if preference.weight > 0:
            found = _lookup(preference.value, tags, refused, longest)
            if found is not None:
                return found
    return None


def _lookup(range_: str, tags: dict[str, str], refused: set[str], longest: int) -> str | None:
    if range_ == "*":
        return next((tag for low, tag in tags.items() if low not in refused), None)
    subtags = range_.split("-", longest + 1)[: longest + 1]  # longer ones match nothing
    while subtags:
        tag = "-".join(subtags)
        if tag in tags and tag not in refused:
            return tags[tag]
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:  # a single letter introduces what was just cut off
            subtags.pop()
    return None


@lru_cache(maxsize=512)
def best_encoding(field: str, available: tuple[str, ...]) -> str | None:
    """The available content coding that Accept-Encoding wants most, or None if it refuses all.

    `identity` is acceptable unless it is refused by name, or by `*` and not named (section 12.5.3).
    """
    weights = {preference.value: preference.weight for preference in preferences(field)}
    rest = weights.get("*", 0.0)
    weighed = {coding: weights.get(coding, rest) for coding in available if coding != "identity"}
    best = _best(weighed)
    identity = weights.get("identity", rest if "*" in weights else None)
    if identity is None:
        return best or "identity"
    return best if best and weighed[best] >= identity else ("identity" if identity > 0 else None)


def _best(weighed: dict[str, float]) -> str | None:
    wanted = [value for value, weight in weighed.items() if weight > 0]
    return max(wanted, key=weighed.__getitem__) if wanted else None
