"""Reads requirements that are pinned and hashed, as uv and Poetry write them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ogrom_tools.projects import PREFIX

PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)(?:.*\\\n)*.*$", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One version of one package, with all that the file says of it."""

    name: str
    version: str
    text: str
    """Its lines: the version, for which machines, the hashes."""

    @property
    def is_ours(self) -> bool:
        """Whether it bears our prefix."""
        return self.name.startswith(PREFIX)

    @property
    def is_hashed(self) -> bool:
        """Whether it says which files will do."""
        return "--hash=" in self.text


def parse(text: str) -> Iterator[Pin]:
    """The pins in the text of a requirements.txt; a package may have several, for different machines."""
    for found in PIN.finditer(text):
        yield Pin(canonicalize_name(found["name"]), found["version"], found[0])


def overlaid(first: Iterable[Pin], second: Iterable[Pin]) -> tuple[Pin, ...]:
    """The first pins, and of the second those of other packages."""
    kept = tuple(first)
    names = {pin.name for pin in kept}
    return (*kept, *(pin for pin in second if pin.name not in names))
