"""Light: a service imports no more than it needs, which is most of the time and the memory that a start takes."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec

from .exporting import spans_are_wanted
from .settings import Settings


def unused(settings: Settings) -> frozenset[str]:
    """What libraries import where it is installed, though a service with these settings never uses it."""
    names = {"pydantic", "pydantic_settings", "yaml"}  # dependency_injector reads files of settings with them
    if settings.token_jwks is None:
        names.add("cryptography")  # PyJWT verifies signatures by public keys with it
    if not spans_are_wanted(os.environ):
        names.add("opentelemetry")  # mysql.connector passes spans on with it
    return frozenset(names)


@contextmanager
def importing(without: frozenset[str]) -> Iterator[None]:
    """Import as where some packages are not installed, and with the garbage collector off, which finds nothing.

    Args:
        without: their names. Who imports one of them later has it.
    """
    finder = _Absent(without)
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # modules stay, so that it need not look through them afterwards either
        gc.enable()
        sys.meta_path.remove(finder)


class _Absent:
    """Finds no package of these names, and lets nobody else look."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None
