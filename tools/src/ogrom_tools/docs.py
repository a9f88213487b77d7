"""A pytest plugin: the `python` and `console` blocks of Markdown documents are tests.

The blocks of one document share a namespace and a console, from top to bottom, and a store of their own: what somebody
has written into the checkout's is not in it.
"""

from tempfile import TemporaryDirectory
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from ogrom_tools.console import Console, steps
from ogrom_tools.projects import ROOT

CONSOLE = "console"
STORE = "console store"  # which no block of Python can name


def evaluate(example: Example) -> str | None:
    """Run a console block up to its first complaint."""
    console: Console = example.namespace[CONSOLE]
    return next(filter(None, map(console.run, steps(example.parsed))), None)


def _open(namespace: dict[str, Any]) -> None:
    store = namespace[STORE] = TemporaryDirectory()
    url = f"sqlite:///{store.name}/ogrom.sqlite3"
    namespace[CONSOLE] = Console(ROOT, {"OGROM_DATABASE_URL": url})


def _close(namespace: dict[str, Any]) -> None:
    namespace[CONSOLE].close()
    namespace[STORE].cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(CONSOLE, evaluate), SkipParser()],
    pattern="*.md",
    path="/",
    setup=_open,
    teardown=_close,
).pytest()
