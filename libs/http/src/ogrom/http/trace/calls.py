"""Calls: sources whose calls show in the trace of the request that makes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from .masking import short
from .recording import CURRENT

__all__ = ["note", "recorded"]

S = TypeVar("S")


def recorded(source: S, name: str) -> S:
    """The source as it is, but its calls are noted where a request is traced.

    Args:
        source: any object. The first argument of its methods, the context of the call, is not noted.
        name: what the trace calls it.
    """
    return cast(S, _Recorded(source, name))


def note(source: str, method: str, seconds: float, error: BaseException | None) -> None:
    """Note a call that another one has made, for the request that is traced here and others; nothing where none is.

    Args:
        source: what the trace calls it.
        method: with what is to be known of it.
        seconds: how long it took.
        error: what it raised.
    """
    recording = CURRENT.get()
    if recording is not None:
        recording.called(source, method, seconds, "" if error is None else short(error))


class _Recorded:
    """Stands in front of a source and hands everything on to it."""

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
