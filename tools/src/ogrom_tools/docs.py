"""A pytest plugin: the `python` and `console` blocks of Markdown documents are tests.

The blocks of one document share a namespace and a console, from top to bottom.
"""

from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from ogrom_tools.console import Console, steps
from ogrom_tools.projects import ROOT

CONSOLE = "console"


def evaluate(example: Example) -> str | None:
    """Run a console block up to its first complaint."""
    console: Console = example.namespace[CONSOLE]
    return next(filter(None, map(console.run, steps(example.parsed))), None)


def _open(namespace: dict[str, Any]) -> None:
    namespace[CONSOLE] = Console(ROOT)


def _close(namespace: dict[str, Any]) -> None:
    namespace[CONSOLE].close()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(CONSOLE, evaluate), SkipParser()],
    pattern="*.md",
    path="/",
    setup=_open,
    teardown=_close,
).pytest()
