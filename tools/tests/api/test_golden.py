"""Planted changes: golden/*.txt hold each one before and after, and exactly what must be found.

`== what changed: level rule, level rule` starts a case, `-- after` parts its halves. `patch` alone says that nothing
but the implementation changed. A half is the case's own package; `# file: NAME` goes on with another module of it.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogrom_tools.api import Finding, compare
from ogrom_tools.api.last import cache
from ogrom_tools.projects import discover
from ogrom_tools.versions import Level

GOLDEN = Path(__file__).with_name("golden")
IMPORTS = """\
import abc, enum, functools, msgspec, pytest
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, InitVar, dataclass, field
from msgspec import Meta
from typing import (
    Annotated, Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, NotRequired, Optional, ParamSpec, Protocol,
    Self, TypedDict, TypeVar, final, overload,
)
"""


@dataclass(frozen=True)
class Case:
    title: str
    expected: frozenset[tuple[str, str]]
    before: str
    after: str

    @property
    def name(self) -> str:
        return self.title.replace(" ", "_").replace("-", "_").replace("'", "")


def cases() -> Iterator[Case]:
    for file in sorted(GOLDEN.glob("*.txt")):
        if file.stem == "python312" and sys.version_info < (3, 12):
            continue  # griffe reads no newer syntax than its own Python's
        for text in file.read_text().removeprefix("== ").split("\n== "):
            head, _, code = text.partition("\n")
            title, _, expected = head.partition(": ")
            before, _, after = f"\n{code}".partition("\n-- after")
            yield Case(title, frozenset(_expected(expected)), before, after)


def _expected(text: str) -> Iterator[tuple[str, str]]:
    for each in text.split(", "):
        if each != "patch":
            level, rule = each.split(" ")
            yield rule, level


CASES = tuple(cases())


def _write(folder: Path, code: str) -> None:
    name, lines = "__init__.py", [IMPORTS]
    folder.mkdir(parents=True)
    for line in [*code.splitlines(), "# file: "]:
        if line.startswith("# file: "):
            (folder / name).write_text("\n".join(lines) + "\n")
            name, lines = line.removeprefix("# file: "), [IMPORTS]
        else:
            lines.append(line)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Finding]]:
    """The findings by case: all are compared at once, as modules of one package in the namespace."""
    folder = tmp_path_factory.mktemp("golden")
    for case in CASES:
        _write(folder / "before" / "ogrom" / "golden" / case.name, case.before)
        _write(folder / "after" / "ogrom" / "golden" / case.name, case.after)
    by_case: dict[str, list[Finding]] = {case.name: [] for case in CASES}
    for each in compare(folder / "before", folder / "after", cache(discover())):
        if each.rule != "implementation-changed":
            by_case[each.place.split(".")[2]].append(each)
    return by_case


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_gets_its_level(case: Case, found: Mapping[str, list[Finding]]) -> None:
    """None is missed and none falsely major."""
    assert {(each.rule, str(each.level)) for each in found[case.name]} == case.expected, found[case.name]


def test_there_are_many_cases_of_each_level() -> None:
    """A file that is not read would make nothing fail."""
    assert len({case.name for case in CASES}) == len(CASES) >= 150
    for level in ("major", "minor"):
        assert sum(level in {asked for _, asked in case.expected} for case in CASES) >= 30, level
    assert sum(not case.expected for case in CASES) >= 20, Level.PATCH
