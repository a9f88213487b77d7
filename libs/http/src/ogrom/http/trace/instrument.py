"""Instrumentation: sources whose calls show in the trace of the request that makes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from .masking import short
from .recording import CURRENT

__all__ = ["note", "recorded"]

S = TypeVar("S")


def recorded(source: S, name: str) -> S:
    """The source, with its calls recorded if a request is traced.

    Args:
        source: any object. The first argument of its methods, the context of the call, is not recorded.
        name: its name in the trace.
    """
    return cast(S, _Recorded(source, name))


def note(source: str, method: str, seconds: float, error: BaseException | None) -> None:
    """Record a call that was made elsewhere, in the trace of the request that this thread decides, if it is traced.

    Args:
        source: its name in the trace.
        method: of the source, with whatever the trace is to show.
        seconds: how long it took.
        error: what it raised.
    """
    recording = CURRENT.get()
    if recording is not None:
        recording.called(source, method, seconds, "" if error is None else short(error))


class _Recorded:
    """Wraps a source and passes everything on to it."""

    def __init__(self, source: object, name: str) -> None:
        self._source = source
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._source, name)
        return _noted(found, self._name) if callable(found) else found

    def __repr__(self) -> str:
        return f"recorded({self._source!r}, {self._name!r})"


def _noted(method: Callable[..., Any], source: str) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        recording = CURRENT.get()
        if recording is None:
            return method(*args, **kwargs)
        told = (*map(short, args[1:]), *(f"{name}={short(value)}" for name, value in kwargs.items()))
        with recording.calling(source, f"{method.__name__}({', '.join(told)})"):
            return method(*args, **kwargs)

    return call
