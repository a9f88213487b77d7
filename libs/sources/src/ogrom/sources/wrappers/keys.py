"""Keys: what two calls have in common that ask for the same, however their arguments are passed."""

import inspect
from collections.abc import Collection, Hashable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest

from .wrapper import Call

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
# What most arguments are: a look at the class tells that they can be part of a key.
_PLAIN = {int, str, type(None)}


class Keys:
    """Makes the keys of the calls of one source: its method, the locale and the arguments."""

    def __init__(self) -> None:
        """No method is known yet."""
        # In every key, so that two sources of one name never share an answer.
        self._scope = object()
        self._shapes: dict[tuple[Any, ...], _Shape | None] = {}

    def of(self, call: Call) -> Hashable | None:
        """The key of a call; None for one that has none."""
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
    """How arguments that are passed in one way are put into the order of the parameters.

    Attributes:
        defaults: of the parameters that are not passed; they come behind what is.
        order: for each parameter the place of its value.
    """

    defaults: tuple[Any, ...]
    order: tuple[int, ...]


def _shape(call: Call) -> _Shape | None:
    """The shape of a call; None where there may be any number of arguments, which is no key."""
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
    if isinstance(value, PageRequest):
        return PageRequest, value.limit, value.cursor  # a query with filters is the same page
    if isinstance(value, Context):
        return value.locale
    if isinstance(value, AbstractSet):
        return frozenset(value)
    if isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping):
        return tuple(value)
    return value
