"""The service with another version of ogrom.core, many times: what all of them share is imported once, then forked.

A service of its own for each would spend two seconds on imports.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO, TextIOWrapper
from itertools import chain, takewhile
from pathlib import Path
from typing import IO, Any, Self

SHARED = (
    "alembic.command",
    "dependency_injector.containers",
    "ogrom.catalogue.demo",
    "ogrom.client",
    "ogrom.http.drawing",
    "ogrom.http.flask",
    "ogrom.http.openapi.documentation",
    "ogrom.http.trace.instrument",
    "ogrom.operations.access.access",
    "ogrom.operations.access.tokens",
    "ogrom.operations.flask",
    "ogrom.operations.health",
    "ogrom.operations.serving",
    "ogrom.operations.tables",
    "ogrom.operations.warmup",
    "ogrom.sources.migrations.migrate",
    "ogrom.sources.sql.sources",
    "ogrom.sources.wrappers",
)
"""What takes the time, and needs no ogrom.core."""

PROGRAM = f"from {__name__} import main; main()"
"""For `python -c`, where the service is on the path."""


@dataclass(frozen=True)
class Overlays:
    """The process that has imported what is shared; it serves one overlay at a time."""

    requests: IO[str]
    answers: IO[str]

    @classmethod
    @contextmanager
    def started(cls, command: Sequence[str], environ: Mapping[str, str] | None = None) -> Iterator[Self]:
        """Run the process until the block is left.

        Args:
            command: the words that run `PROGRAM`.
            environ: the variables of its environment; None for those of this process.
        """
        with subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            assert process.stdin
            assert process.stdout
            yield cls(process.stdin, process.stdout)
            process.stdin.close()
            assert process.wait() == 0

    @contextmanager
    def service(self, sources: Path) -> Iterator[tuple[Any, Callable[[str], Any]]]:
        """The contract of the service with these sources first on its path, and what answers as `ogrom-api answer`."""

        def ask(line: str) -> Any:
            self.requests.write(f"{line}\n")
            self.requests.flush()
            return json.loads(self.answers.readline())

        try:
            yield ask(str(sources)), ask
        finally:
            self.requests.write("\n")
            self.requests.flush()


def main() -> None:
    """Serve with each folder of sources that the standard input stream names, in a fork."""
    for name in SHARED:
        import_module(name)
    gc.freeze()  # no fork looks at it again
    while sources := sys.stdin.readline().rstrip("\n"):
        child = os.fork()
        if not child:
            _serve(sources)
            return
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"The service with {sources} failed.")


def _serve(sources: str) -> None:
    assert "ogrom.core" not in sys.modules, f"{__name__}.SHARED needs ogrom.core"
    sys.path.insert(0, sources)
    written = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(written):
        import_module("ogrom.run.cli").cli(("contract",), standalone_mode=False)
    print(json.dumps(json.loads(written.buffer.getvalue())), flush=True)
    requests = takewhile(str.strip, iter(sys.stdin.readline, ""))
    if first := next(requests, ""):
        answer_lines = import_module("ogrom.run.commands.answer").answer_lines
        answer_lines(chain((first,), requests), sys.stdout)
