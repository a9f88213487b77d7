"""The results as JSON: every figure, and what it was measured on and with."""

import json
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.peers.clojure.java import newest
from bench.peers.fastify.packages import SOURCES
from bench.peers.pythons import DEBIAN

FOLDER = Path("build/bench")

_PACKAGES = ("flask", "werkzeug", "waitress", "sqlalchemy", "msgspec")

_NODES = SOURCES / "package.json"
_PINS = Path("tools/requirements/bench.txt")
_PINNED = re.compile(
    r"^(apiflask|blacksheep|falcon|fastapi|flask-smorest|granian|litestar|uvicorn)==(\S+)", re.MULTILINE
)


def write(name: str, command: str, figures: Any, folder: Path = FOLDER) -> Path:
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


def line(command: str) -> str:
    """The same in a line for the documentation."""
    parts = ", ".join(f"{name} `{value}`" for name, value in machine().items())
    return f"`{command}`, {_now()}: {parts}."


def processors() -> str:
    """How many there are, and of which model."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
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
    path = shutil.which("mariadbd", path="/usr/sbin:/usr/bin")
    if path is None:
        return None
    words = subprocess.run((path, "--version"), check=False, capture_output=True, text=True).stdout.split()
    return "MariaDB", words[words.index("Ver") + 1] if "Ver" in words else "unknown"
