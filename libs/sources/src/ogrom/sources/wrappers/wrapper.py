"""Wrapper: what stands in front of a source, whatever its Protocol, and makes its calls."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from msgspec import Struct

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout


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

    def require_time(self) -> None:
        """Raise Timeout where the Context's deadline has passed."""
        ctx = self.ctx
        if ctx is not None and ctx.remaining() == 0.0:
            raise Timeout(self.source, f"the deadline had passed before {self.name} was called")


class Wrapper(ABC):
    """Has the public attributes of a source; its methods go through `around`."""

    def __init__(self, source: object, name: str) -> None:
        self._source = source
        self._name = name

    @abstractmethod
    def around(self, call: Call) -> Any:
        """Make the call, or answer in its place."""

    def __getattr__(self, name: str) -> Any:
        # What is private stays so; and `_source` is not there yet while a copy is being made.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        found = getattr(self._source, name)
        if not callable(found):
            return found
        made = self._made(name, found)
        # Python does not come here again for what has been found once.
        setattr(self, name, made)
        return made

    def _made(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        around, source = self.around, self._name

        @wraps(method)
        def made(*args: Any, **kwargs: Any) -> Any:
            return around(Call(source, method, name, args, kwargs))

        return made

    def __getstate__(self) -> dict[str, Any]:
        """Without the methods made so far, which are this object's and not its copy's."""
        return {name: value for name, value in self.__dict__.items() if name.startswith("_")}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._source!r}, {self._name!r})"
