"""Turns the functions of `ogrom.client.operations` into methods of both clients."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from .etag_cache import Answer
from .operation import Operation
from .pages import AsyncPages, Paged, Pages

__all__: list[str] = []

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741


class Sender(Protocol):
    """A client for threads."""

    def send(self, operation: Operation[T]) -> Answer[T]:
        """Carry it out."""
        ...


class AsyncSender(Protocol):
    """A client for asyncio."""

    async def send(self, operation: Operation[T]) -> Answer[T]:
        """Carry it out."""
        ...


def one(make: Callable[P, Operation[T]]) -> Callable[Concatenate[Sender, P], Answer[T]]:
    """A method that carries out the operation."""

    @wraps(make)
    def method(self: Sender, /, *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        return self.send(make(*args, **kwargs))

    return method


def listed(make: Callable[P, Operation[Paged[I]]]) -> Callable[Concatenate[Sender, P], Pages[I]]:
    """A method that gives the pages of the operation, which are asked for one by one."""

    @wraps(make)
    def method(self: Sender, /, *args: P.args, **kwargs: P.kwargs) -> Pages[I]:
        return Pages(self.send, make(*args, **kwargs))

    return method


def one_async(
    make: Callable[P, Operation[T]],
) -> Callable[Concatenate[AsyncSender, P], Coroutine[Any, Any, Answer[T]]]:
    """The same as `one`, to be awaited."""

    @wraps(make)
    async def method(self: AsyncSender, /, *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        return await self.send(make(*args, **kwargs))

    return method


def listed_async(
    make: Callable[P, Operation[Paged[I]]],
) -> Callable[Concatenate[AsyncSender, P], AsyncPages[I]]:
    """The same as `listed`, for `async for`."""

    @wraps(make)
    def method(self: AsyncSender, /, *args: P.args, **kwargs: P.kwargs) -> AsyncPages[I]:
        return AsyncPages(self.send, make(*args, **kwargs))

    return method
