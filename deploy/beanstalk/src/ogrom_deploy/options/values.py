"""What an option may be set to: a small language, in which the table's column `values` is written.

`a|b` is one of several, `1..10` a whole number, `0.0..1.0` any number, `list` words with commas between them and
`list a|b` such words, `duration PT0S..PT1H` a time. `path`, `arn`, `json` and `text` are what they say.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

_UNITS = {"H": 3600, "M": 60, "S": 1}
_DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def fault(values: str, value: str) -> str:
    """What is wrong with a value, such as `must be 1..10`; empty where it fits."""
    kind, _, rest = values.partition(" ")
    if kind == "list":
        words = [word.strip() for word in value.split(",")]
        return (
            "" if all(word and (not rest or not fault(rest, word)) for word in words) else _expected(values)
        )
    if kind == "duration":
        least, most = (seconds(bound) or 0 for bound in rest.split(".."))
        given = seconds(value)
        return "" if given is not None and least <= given <= most else _expected(values)
    if kind in _KINDS:
        return "" if _KINDS[kind](value) else _expected(values)
    fits = any(_in_range(each, value) if ".." in each else each == value for each in values.split("|"))
    return "" if fits else _expected(values)


def number(value: str) -> Decimal | None:
    """The number that a text means; None where it means none."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def seconds(value: str) -> int | None:
    """How long an ISO 8601 duration such as PT5M is; None where it is none."""
    found = _DURATION.fullmatch(value)
    if found is None:
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), _UNITS.values(), strict=True))


def is_json(value: str) -> bool:
    """Whether a text is an object in JSON."""
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


_KINDS: dict[str, Callable[[str], bool]] = {
    "text": lambda value: True,
    "path": lambda value: value.startswith("/"),
    "arn": lambda value: value.startswith("arn:") and value.count(":") >= 5,
    "json": is_json,
}


def _in_range(bounds: str, value: str) -> bool:
    least, most = bounds.split("..")
    given = number(value)
    if given is None or ("." not in least and not re.fullmatch(r"-?\d+", value)):
        return False
    return Decimal(least) <= given <= Decimal(most)


def _expected(values: str) -> str:
    return f"must be {values.replace('|', ', ')}"
