"""Programs in `with` blocks: how they start together, and how they end."""

import subprocess
from abc import ABC, abstractmethod
from contextlib import ExitStack
from types import TracebackType
from typing import Self


class Lifecycle(ABC):
    """A context manager made of parts: starts all of them or none, and ends them in reverse order."""

    def __init__(self) -> None:
        self._parts = ExitStack()

    @abstractmethod
    def start_parts(self, parts: ExitStack) -> None:
        """Start every part.

        Args:
            parts: collects what is to end with the block.
        """

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            self.start_parts(parts)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """End a program with SIGTERM, and with SIGKILL if it has not ended within so many seconds."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_words(output: bytes) -> str:
    """The end of a program's output, where it says why it failed."""
    return output.decode(errors="replace").strip()[-2000:]
