"""Planted changes: golden/*.txt hold each one before and after, and exactly what must be found.

`== what changed: level rule, level rule` starts a case, `-- after` parts its halves. `patch` alone says that nothing
but the implementation changed. A half is the case's own package; `# file: NAME` goes on with another module of it.

What follows `-- user` or `-- run` is the witness of a major change: code that imports from `here` and is right before
and wrong after, as mypy finds, or as Python does when it runs it.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import mypy.api
import pytest

from ogrom_rules import Finding, Level
from ogrom_tools.api import compare
from ogrom_tools.api.comparison import cache
from ogrom_tools.api.rules import RULES
from ogrom_tools.projects import discover

GOLDEN = Path(__file__).with_name("golden")
IMPORTS = """\
import abc, enum, functools, msgspec, pytest
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, InitVar, dataclass, field
from msgspec import Meta
from typing_extensions import deprecated
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
    witness: str
    runs: bool
    """Whether Python says that the witness is wrong, and not mypy."""

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
            found = re.fullmatch(r"(.*?)(?:\n-- (user|run)\n(.*))?", code, re.DOTALL)
            assert found
            halves, kind, witness = found.groups("")
            before, _, after = f"\n{halves}".partition("\n-- after")
            yield Case(title, frozenset(_expected(expected)), before, after, witness, kind == "run")


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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases as modules of one package, before and after."""
    folder = tmp_path_factory.mktemp("golden")
    for case in CASES:
        _write(folder / "before" / "ogrom" / "golden" / case.name, case.before)
        _write(folder / "after" / "ogrom" / "golden" / case.name, case.after)
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> Mapping[str, list[Finding]]:
    """The findings by case: all are compared at once."""
    by_case: dict[str, list[Finding]] = {case.name: [] for case in CASES}
    for each in compare(folder / "before", folder / "after", cache(discover())):
        if each.rule != "implementation-changed":
            by_case[each.symbol.split(".")[2]].append(each)
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


def test_each_major_rule_has_a_witness() -> None:
    """Those of the metadata are in test_metadata."""
    shown = {rule for case in CASES if case.witness for rule, level in case.expected if level == "major"}
    of_metadata = {"requires-python-narrowed", "dependency-replaced", "extra-removed", "entry-point-removed"}
    assert {name for name, rule in RULES.items() if rule.level is Level.MAJOR} == shown | of_metadata


@pytest.mark.slow
def test_mypy_finds_that_the_witnesses_break(folder: Path) -> None:
    """Each is right before and wrong after; all in one build."""
    witnesses = {case.name: case.witness for case in CASES if case.witness and not case.runs}
    for side in ("before", "after"):
        for name, code in witnesses.items():
            file = folder / f"users_of_{side}" / f"{name}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(IMPORTS + code.replace("from here", f"from {side}.ogrom.golden.{name}") + "\n")
    options = (
        "--namespace-packages",
        "--explicit-package-bases",
        "--follow-imports=silent",
        "--no-error-summary",
    )
    places = [str(folder / f"users_of_{side}") for side in ("before", "after")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        printed, problem, _ = mypy.api.run([*options, f"--cache-dir={cache(discover())}", *places])
    assert not problem, problem
    wrong = {tuple(found) for found in re.findall(r"users_of_(\w+)/(\w+)\.py:\d+: error", printed)}
    assert wrong == {("after", name) for name in witnesses}, printed


@pytest.mark.slow
def test_python_finds_that_the_witnesses_break(folder: Path) -> None:
    """Each runs before and fails after."""
    witnesses = {case.name: case.witness for case in CASES if case.runs}
    program = "\n".join(
        f"try:\n    exec({IMPORTS + code.replace('from here', f'from ogrom.golden.{name}')!r}, {{}})\n"
        f"except Exception as error:\n    print({name!r}, type(error).__name__)"
        for name, code in witnesses.items()
    )
    broken = {}
    for side in ("before", "after"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": str(folder / side), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        broken[side] = {line.split()[0] for line in done.stdout.splitlines()}
    assert broken == {"before": set(), "after": set(witnesses)}
