"""Imports: a service imports no more than it needs, which is most of the time and the memory that a start takes."""

import gc
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import Any, Final

SPAN_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables of which either says where spans go (OpenTelemetry's specification of its exporter)."""


def exports_spans(environ: Mapping[str, str]) -> bool:
    """Whether the environment says where spans go, and has not switched them off."""
    return any(map(environ.get, SPAN_ENDPOINTS)) and environ.get("OTEL_SDK_DISABLED", "").lower() != "true"


def imported(reference: str) -> Any:
    """What a reference such as `shop.hosting:hosted` names, imported now."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


@contextmanager
def importing(without: Collection[str]) -> Iterator[None]:
    """Import as if some packages were not installed, and without the garbage collector, which would find nothing."""
    finder = _Absent(frozenset(without))
    sys.meta_path.insert(0, finder)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # modules stay, so that it need not look through them afterwards either
        gc.enable()
        sys.meta_path.remove(finder)


class _Absent:
    """Finds no package of these names, and keeps other finders from looking."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None
