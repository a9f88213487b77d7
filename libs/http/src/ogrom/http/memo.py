"""Memory of what a class says, which never changes once the class is made."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def remembered(function: F) -> F:
    """`functools.cache` with the function's own type, which mypy would lose over arguments like `type[T]`."""
    return cast(F, cache(function))
