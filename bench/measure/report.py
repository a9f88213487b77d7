"""The findings of a bench: tables and targets, printed, kept as JSON, and written into the documents."""

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import rich.box
import rich.table
from rich.console import Console

from bench.peers.clojure.java import newest
from bench.peers.environments import DEBIAN
from bench.peers.fastify.peer import SOURCES

from .timing import Sample


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    Attributes:
        title: above the table.
        columns: their heads.
        rows: cells of text, one for each column.
        words: how many columns from the left hold words; the others hold numbers, and are aligned to the right.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1

    def __post_init__(self) -> None:
        """Check the rows.

        Raises:
            ValueError: a row has more or fewer cells than there are columns.
        """
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(self.columns)} columns, and a row has {row}")

    def rich(self) -> rich.table.Table:
        """For the terminal."""
        table = rich.table.Table(title=self.title, title_justify="left", box=rich.box.SIMPLE_HEAD)
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="left" if number < self.words else "right")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For the documents, below its title."""
        return "\n".join((f"**{self.title}**", "", *self._lines()))

    def _lines(self) -> Iterator[str]:
        yield _markdown_line(self.columns)
        yield _markdown_line(
            ["---" if number < self.words else "---:" for number in range(len(self.columns))]
        )
        yield from map(_markdown_line, self.rows)


def _markdown_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(each.replace("|", r"\|") for each in cells) + " |"


@dataclass(frozen=True)
class Target:
    """A limit for a figure.

    Attributes:
        what: the figure, in words.
        limit: its limit.
        kind: whether that is a lower or an upper limit.
        unit: of both; empty for a ratio.
    """

    what: str
    limit: float
    kind: Literal["at least", "at most"] = "at least"
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """A target and the measured value; None if a run has not measured it."""

    target: Target
    value: float | None
    why_not: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is met; False if it was not measured."""
        if self.value is None:
            return False
        below = self.value <= self.target.limit
        return below if self.target.kind == "at most" else self.value >= self.target.limit

    @property
    def told(self) -> str:
        """`met`, or by how much it was missed, which is no share where nothing was allowed."""
        if self.value is None:
            return f"not measured: {self.why_not}"
        if self.met:
            return "met"
        if not self.target.limit:
            return "missed"
        share = abs(self.value / self.target.limit - 1)
        return f"missed by {share:.0%}" if share >= 0.01 else f"missed by {share:.1%}"


def verdicts(found: Iterable[Verdict]) -> Table:
    """The table of targets."""
    rows = [
        (
            each.target.what,
            "-" if each.value is None else f"{each.value:.2f} {each.target.unit}".strip(),
            f"{each.target.kind} {each.target.limit:g} {each.target.unit}".strip(),
            each.told,
        )
        for each in found
    ]
    return Table("Targets", ("figure", "measured", "target", ""), rows)


class NoMarks(RuntimeError):
    """A document lacks the marks for the figures."""


def put_into_document(path: Path, name: str, text: str) -> None:
    """Replace the text between `<!-- bench: NAME -->` and `<!-- /bench: NAME -->` in a document.

    Raises:
        NoMarks: the document does not have these two marks, once each and in this order.
    """
    begin, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    content = path.read_text(encoding="utf-8")
    before, opened, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed or begin in rest or end in after:
        raise NoMarks(
            f"{path.name} needs the lines `{begin}` and `{end}`, once each, with the figures between them"
        )
    path.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


FOLDER = Path("build/bench")

_PACKAGES = ("flask", "werkzeug", "waitress", "sqlalchemy", "msgspec")

_NODES = SOURCES / "package.json"
_PINS = Path("tools/requirements/bench.txt")
_PINNED = re.compile(
    r"^(apiflask|blacksheep|falcon|fastapi|flask-smorest|granian|litestar|uvicorn)==(\S+)", re.MULTILINE
)


def write_json(name: str, command: str, figures: Any, folder: Path = FOLDER) -> Path:
    """Write the results of a bench to `NAME.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"command": command, "time": _now(), "ran on": dict(machine()), "figures": figures}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


@cache
def machine() -> Mapping[str, str]:
    """What the figures depend on; no name of a host, a person or a folder."""
    java = newest()
    programs = {
        "wrk": _version("wrk", "--version", r"wrk (\S+)"),
        "Debian's Python": _version(str(DEBIAN), "--version", r"Python (\S+)"),
        "Node": _version("node", "--version", r"v(\S+)"),
        "Java": ".".join(map(str, java.version)) if java else "",
        "MariaDB": _version("mariadbd", "--version", r"Ver (\S+)"),
    }
    return {
        "processors": processors(),
        "Python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        **dict(_PINNED.findall(_PINS.read_text(encoding="utf-8"))),
        **json.loads(_NODES.read_text(encoding="utf-8"))["dependencies"],
        **{name: told for name, told in programs.items() if told},
    }


def machine_line(command: str) -> str:
    """The same as a line for the documents."""
    parts = ", ".join(f"{name} `{value}`" for name, value in machine().items())
    return f"`{command}`, {_now()}: {parts}."


def processors() -> str:
    """Their number and model."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [
        machine_line.partition(":")[2].strip()
        for machine_line in text.splitlines()
        if machine_line.startswith("model name")
    ]
    return f"{len(models)} x {models[0]}" if models else "unknown"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _version(program: str, option: str, pattern: str) -> str:
    """The version of a program, which it prints for an option; empty if it is not installed."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if path is None:
        return ""
    # wrk fails after printing it.
    done = subprocess.run((path, option), check=False, capture_output=True, text=True)
    found = re.search(pattern, done.stdout or done.stderr)
    return found[1] if found else "unknown"


NONE = "-"
"""The cell of what was not measured."""


def cell(sample: Sample | None, form: str = "{:,.0f}") -> str:
    """The median of a sample for a table."""
    return form.format(sample.median) if sample else NONE


DOCUMENT = "performance.md"


@dataclass(frozen=True)
class Report:
    """The findings of one bench.

    Attributes:
        name: of the bench.
        command: that repeats it.
        tables: for people.
        charts: SVG, by the file's name without its extension.
        figures: everything that was measured, for JSON.
        notes: what was left out and why, a sentence each.
    """

    name: str
    command: str
    tables: Sequence[Table]
    charts: Mapping[str, str]
    figures: Any
    notes: Sequence[str] = field(default=())

    def publish(
        self,
        console: Console,
        docs: Path | None = None,
        folder: Path = FOLDER,
        document: str = DOCUMENT,
    ) -> None:
        """Print it, write it to `build/bench`, and into a document if `docs` is given, with its charts beside that.

        Raises:
            NoMarks: the document lacks the marks for it.
        """
        for table in self.tables:
            console.print(table.rich())
        for note in self.notes:
            console.print(f"Note: {note}")
        kept = write_json(self.name, self.command, self.figures, folder)
        if docs is None:
            self._draw(folder)
        else:
            put_into_document(docs / document, self.name, self._markdown())
            self._draw(docs / Path(document).stem)
        console.print(f"All figures: {kept}")

    def _markdown(self) -> str:
        notes = "\n".join(f"* {each}" for each in self.notes)
        parts = (machine_line(self.command), *(each.markdown() for each in self.tables), notes)
        return "\n\n".join(filter(None, parts))

    def _draw(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, drawn in self.charts.items():
            (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
