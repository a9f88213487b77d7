"""A pytest plugin: the `python` and `console` blocks of Markdown documents are tests.

The blocks of one document share a namespace and a console, from top to bottom, and a store of their own: what somebody
has written into the checkout's is not in it. The ports 18000 to 18999 that console blocks show become free ones, since
documents of two checkouts may be run at once.
"""

import re
import socket
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from ogrom_tools.console import Console, steps
from ogrom_tools.projects import ROOT

CONSOLE = "console"
STORE = "console store"  # which no block of Python can name
PORTS = "console ports"
_PORT = re.compile(r"\b18[0-9]{3}\b")


class Ports(ExitStack):
    """Free ports for those that a document shows; they are the document's until it is closed."""

    def __init__(self) -> None:
        """None are taken yet."""
        super().__init__()
        self._taken: dict[str, str] = {}

    def put(self, text: str) -> str:
        """The text with free ports instead, for the same one always the same."""
        return _PORT.sub(lambda match: self._free(match[0]), text)

    def _free(self, shown: str) -> str:
        if shown not in self._taken:
            # It is bound and never listens, so that a server may listen there, and no one else is given it.
            holder = self.enter_context(socket.socket())
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", 0))
            self._taken[shown] = str(holder.getsockname()[1])
        return self._taken[shown]


def evaluate(example: Example) -> str | None:
    """Run a console block up to its first complaint."""
    console: Console = example.namespace[CONSOLE]
    text = example.namespace[PORTS].put(example.parsed)
    return next(filter(None, map(console.run, steps(text))), None)


def _open(namespace: dict[str, Any]) -> None:
    store = namespace[STORE] = TemporaryDirectory()
    url = f"sqlite:///{store.name}/ogrom.sqlite3"
    namespace[CONSOLE] = Console(ROOT, {"OGROM_DATABASE_URL": url})
    namespace[PORTS] = Ports()


def _close(namespace: dict[str, Any]) -> None:
    namespace[CONSOLE].close()
    namespace[PORTS].close()
    namespace[STORE].cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(CONSOLE, evaluate), SkipParser()],
    pattern="*.md",
    path="/",
    setup=_open,
    teardown=_close,
).pytest()
