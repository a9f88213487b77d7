"""Wrapper: stands in front of a source of any Protocol and makes its calls; what two equal calls have in common."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from functools import wraps
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.pages import PageRequest


# A Struct, since a frozen dataclass takes five times as long to make; each wrapper makes one a call.
class Call(Struct, frozen=True):
    """One call of a source, not made yet; calling it makes it.

    Attributes:
        source: the name of the source, for messages and metrics.
        method: the bound method of the wrapped source.
        name: the method's name.
    """

    source: str
    method: Callable[..., Any]
    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def __call__(self) -> Any:
        return self.method(*self.args, **self.kwargs)

    @property
    def ctx(self) -> Context | None:
        """The Context; None for a method that is of no source Protocol, such as `close`."""
        first = self.args[0] if self.args else self.kwargs.get("ctx")
        return first if isinstance(first, Context) else None

    def in_context(self, ctx: Context) -> "Call":
        """The same call with another Context."""
        if "ctx" in self.kwargs:
            return replace(self, kwargs={**self.kwargs, "ctx": ctx})
        return replace(self, args=(ctx, *self.args[1:]))

    def require_time(self) -> None:
        """Raise Timeout where the Context's deadline has passed."""
        ctx = self.ctx
        if ctx is not None and ctx.remaining() == 0.0:
            raise Timeout(self.source, f"the deadline had passed before {self.name} was called")


class Wrapper(ABC):
    """Has the public attributes of a source; its methods go through `intercept`."""

    def __init__(self, source: object, name: str) -> None:
        self._source = source
        self._name = name

    @abstractmethod
    def intercept(self, call: Call) -> Any:
        """Make the call, or answer instead."""

    def __getattr__(self, name: str) -> Any:
        # Private names stay private; and while a copy is being made, there is no `_source` yet.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        found = getattr(self._source, name)
        if not callable(found):
            return found
        made = self._made(name, found)
        # Python does not call __getattr__ again for this name.
        setattr(self, name, made)
        return made

    def _made(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        intercept, source = self.intercept, self._name

        @wraps(method)
        def made(*args: Any, **kwargs: Any) -> Any:
            return intercept(Call(source, method, name, args, kwargs))

        return made

    def __getstate__(self) -> dict[str, Any]:
        """The state without the methods made so far, which are bound to this object."""
        return {name: value for name, value in self.__dict__.items() if name.startswith("_")}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._source!r}, {self._name!r})"


_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
# The types of most arguments: these can be part of a key as they are.
_PLAIN = {int, str, type(None)}


class CallKeys:
    """Makes keys of the calls of one source: equal for calls that ask for the same, however they pass arguments."""

    def __init__(self) -> None:
        # In every key, so that two sources of one name never share an answer.
        self._scope = object()
        self._shapes: dict[tuple[Any, ...], _Shape | None] = {}

    def of(self, call: Call) -> Hashable | None:
        """The key of a call: its method, locale and arguments; None where an argument cannot be hashed."""
        passed = (call.name, len(call.args), *call.kwargs)
        if passed not in self._shapes:
            # Signature.bind takes as long as all the rest of a hit.
            self._shapes[passed] = _shape(call)
        shape = self._shapes[passed]
        if shape is None:
            return None
        values = (*call.args, *call.kwargs.values(), *shape.defaults)
        key = (self._scope, call.name, *[_frozen(values[place]) for place in shape.order])
        try:
            hash(key)
        except TypeError:
            return None
        return key


@dataclass(frozen=True)
class _Shape:
    """How to put arguments that are passed in one way into the order of the parameters.

    Attributes:
        defaults: of the parameters that are not passed; they follow those that are.
        order: for each parameter the position of its value.
    """

    defaults: tuple[Any, ...]
    order: tuple[int, ...]


def _shape(call: Call) -> _Shape | None:
    """The shape of a call; None where the method takes any number of arguments."""
    signature = inspect.signature(call.method)
    if any(parameter.kind in _VARIADIC for parameter in signature.parameters.values()):
        return None
    number = len(call.args)
    bound = signature.bind(*range(number), **{name: number + n for n, name in enumerate(call.kwargs)})
    passed = dict(bound.arguments)
    bound.apply_defaults()
    missing = [name for name in bound.arguments if name not in passed]
    places = passed | {name: len(passed) + n for n, name in enumerate(missing)}
    return _Shape(
        defaults=tuple(bound.arguments[name] for name in missing),
        order=tuple(places[name] for name in bound.arguments),
    )


def _frozen(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Context):
        return value.locale
    if isinstance(value, PageRequest):
        return PageRequest, value.limit, value.cursor  # a query with filters is the same page
    if isinstance(value, AbstractSet):
        return frozenset(value)
    if isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping):
        return tuple(value)
    return value


def copy_of(error: BaseException) -> BaseException:
    """The same error for one more caller: an exception that is raised twice collects both tracebacks."""
    copy = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    copy.args = error.args
    copy.__cause__ = error
    return copy
