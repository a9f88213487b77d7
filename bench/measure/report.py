"""What a part of the benchmark found: tables and targets, shown, kept as JSON, and put into the documentation."""

import json
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
from ogrom.sources.testing import find_program


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    Attributes:
        title: what the table tells.
        columns: their heads.
        rows: cells of text, as many as there are columns.
        words: how many columns from the left hold words; the others hold numbers, and stand at the right.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1

    def __post_init__(self) -> None:
        """Refuse a row that does not fit.

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
        """For the documentation, its title above it."""
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
    """A bound that a figure is to keep.

    Attributes:
        what: the figure, in words.
        limit: the bound.
        kind: which side of it is right.
        unit: of both; empty for a ratio.
    """

    what: str
    limit: float
    kind: Literal["at least", "at most"] = "at least"
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """A target and what was measured; None where a run has not measured it."""

    target: Target
    value: float | None
    why_not: str = ""

    @property
    def met(self) -> bool:
        """Whether it is reached; never where it was not measured."""
        if self.value is None:
            return False
        below = self.value <= self.target.limit
        return below if self.target.kind == "at most" else self.value >= self.target.limit

    @property
    def told(self) -> str:
        """Met, or by how much not."""
        if self.value is None:
            return f"not measured: {self.why_not}"
        if self.met:
            return "met"
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
    """A document has no place for the figures."""


def put_into_document(path: Path, name: str, text: str) -> None:
    """Replace what stands between `<!-- bench: NAME -->` and `<!-- /bench: NAME -->` in a document.

    Args:
        path: the document.
        name: of the part of `./dev bench`.
        text: Markdown.

    Raises:
        NoMarks: it has not each of the two marks once, in this order.
    """
    begin, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    content = path.read_text(encoding="utf-8")
    before, opened, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed or begin in rest or end in after:
        raise NoMarks(
            f"{path.name} needs the lines `{begin}` and `{end}`, once each, to put_into_document figures between"
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
    """Write a part's results to `NAME.json`.

    Args:
        name: of the part.
        command: that repeats it.
        figures: anything that JSON can hold.
        folder: where to; it is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"command": command, "time": _now(), "ran on": dict(machine()), "figures": figures}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


@cache
def machine() -> Mapping[str, str]:
    """What the figures depend on; no name of a host, a person or a folder."""
    return {
        "processors": processors(),
        "Python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        **dict(_PINNED.findall(_PINS.read_text(encoding="utf-8"))),
        **json.loads(_NODES.read_text(encoding="utf-8"))["dependencies"],
        **dict(filter(None, (_program("wrk", "--version"), _debians_python(), _node(), _java(), _mariadb()))),
    }


def machine_line(command: str) -> str:
    """The same in a line for the documentation."""
    parts = ", ".join(f"{name} `{value}`" for name, value in machine().items())
    return f"`{command}`, {_now()}: {parts}."


def processors() -> str:
    """How many there are, and of which model."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [
        machine_line.partition(":")[2].strip()
        for machine_line in text.splitlines()
        if machine_line.startswith("model name")
    ]
    return f"{len(models)} x {models[0]}" if models else "unknown"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _program(name: str, *options: str) -> tuple[str, str] | None:
    """A program and its version; wrk's fails after telling it."""
    if shutil.which(name) is None:
        return None
    told = subprocess.run((name, *options), check=False, capture_output=True, text=True)
    words: Sequence[str] = (told.stdout or told.stderr).split("\n", 1)[0].split()
    return name, words[1] if len(words) > 1 else "unknown"


def _debians_python() -> tuple[str, str] | None:
    told = _program(str(DEBIAN), "--version")
    return ("Debian's Python", told[1]) if told else None


def _node() -> tuple[str, str] | None:
    program = shutil.which("node")
    if program is None:
        return None
    told = subprocess.run((program, "--version"), check=False, capture_output=True, text=True).stdout
    return "Node", told.strip().removeprefix("v")


def _java() -> tuple[str, str] | None:
    """The one that contenders run on; other, older ones may be there."""
    found = newest()
    return ("Java", ".".join(map(str, found.version))) if found else None


def _mariadb() -> tuple[str, str] | None:
    path = find_program("mariadbd")
    if path is None:
        return None
    words = subprocess.run((path, "--version"), check=False, capture_output=True, text=True).stdout.split()
    return "MariaDB", words[words.index("Ver") + 1] if "Ver" in words else "unknown"


DOCUMENT = "performance.md"


@dataclass(frozen=True)
class Report:
    """The findings of one part.

    Attributes:
        name: of the part.
        command: that repeats it.
        tables: what people read.
        charts: SVG, by the file's name without its end; each begins with the part's name.
        figures: everything that was measured, as JSON can hold it.
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
        """Print it, write it to `build/bench`, and to a document where that is wanted; its pictures beside that.

        Raises:
            NoMarks: the document has no place for it.
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
