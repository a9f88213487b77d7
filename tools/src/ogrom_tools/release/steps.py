"""Tells what a release is doing, and how long each step took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from rich.console import Console

from ogrom_tools.progress import doing

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Steps:
    """Runs the steps of one release; owns their times."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, name: str, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one step; a text that it gives back is told beside its name."""
        start = time.monotonic()
        with doing(name):
            result = step(*args, **kwargs)
        self.seconds[name] = time.monotonic() - start
        said = f": {result}" if isinstance(result, str) else ""
        self.tell(f"{self.seconds[name]:6.1f} s  {name}{said}")
        return result

    def tell(self, text: str) -> None:
        """Print a line as it is."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    @property
    def total(self) -> float:
        """How long all of them took, in seconds."""
        return sum(self.seconds.values())
