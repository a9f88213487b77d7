"""Something for a `with` block that is made of parts, and begins with all of them or not at all."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self


class Whole:
    """Ends its parts with the block, the last one first; also where one of them does not begin."""

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._parts = ExitStack()

    def begin(self, parts: ExitStack) -> None:
        """Begin every part.

        Args:
            parts: takes what is to end with the block.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            self.begin(parts)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()
