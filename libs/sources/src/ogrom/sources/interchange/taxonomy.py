"""Google's product taxonomy, from a file that Google publishes in many languages.

`https://www.google.com/basepages/producttype/taxonomy-with-ids.de-DE.txt`: a line a category, `2271 - A > B > C`.
"""

import re
from collections.abc import Iterable, Mapping

Path = tuple[str, ...]

_LINE = re.compile(r"\s*([0-9]{1,9}) - (.+)")


def path_of(text: str) -> Path:
    """The names of a category from the root on: `A > B > C`."""
    return tuple(name for part in text.split(">") if (name := part.strip()))


def taxonomy(lines: Iterable[str]) -> Mapping[int, Path]:
    """The categories by their numbers; lines of another form, as the first, say nothing."""
    found = map(_LINE.fullmatch, map(str.rstrip, lines))
    return {int(each[1]): path_of(each[2]) for each in found if each}
