"""Pages: a list, asked for page by page as it is walked."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from .errors import NotUnderstood
from .etag_cache import Answer
from .operation import Operation

__all__ = ["AsyncPages", "Pages"]

I = TypeVar("I")  # noqa: E741
I_co = TypeVar("I_co", covariant=True)


class Paged(Protocol[I_co]):
    """A page of a list."""

    @property
    def items(self) -> Sequence[I_co]:
        """What is on it."""
        ...

    @property
    def next(self) -> str | None:
        """The link to the next page; None on the last one."""
        ...


class Pages(Generic[I]):
    """A list; `for` walks all items of it, and `pages()` its pages. It may be walked again."""

    def __init__(
        self, send: Callable[[Operation[Any]], Answer[Paged[I]]], first: Operation[Paged[I]]
    ) -> None:
        """Ask for nothing yet.

        Args:
            send: carries out an operation.
            first: asks for the first page.
        """
        self._send = send
        self._first = first

    def pages(self) -> Iterator[Answer[Paged[I]]]:
        """Each page, by the link of the one before.

        Raises:
            ClientError: a page could not be read; those before it have been given.
        """
        operation: Operation[Paged[I]] | None = self._first
        while operation is not None:
            page = self._send(operation)
            yield page
            operation = following(operation, page.value)

    def first(self) -> Answer[Paged[I]]:
        """The first page alone."""
        return self._send(self._first)

    def __iter__(self) -> Iterator[I]:
        """Each item of each page."""
        for page in self.pages():
            yield from page.value.items


class AsyncPages(Generic[I]):
    """A list; `async for` walks all items of it, and `pages()` its pages. It may be walked again."""

    def __init__(
        self, send: Callable[[Operation[Any]], Awaitable[Answer[Paged[I]]]], first: Operation[Paged[I]]
    ) -> None:
        """Ask for nothing yet; the arguments are those of Pages."""
        self._send = send
        self._first = first

    async def pages(self) -> AsyncIterator[Answer[Paged[I]]]:
        """Each page, by the link of the one before.

        Raises:
            ClientError: a page could not be read; those before it have been given.
        """
        operation: Operation[Paged[I]] | None = self._first
        while operation is not None:
            page = await self._send(operation)
            yield page
            operation = following(operation, page.value)

    async def first(self) -> Answer[Paged[I]]:
        """The first page alone."""
        return await self._send(self._first)

    async def __aiter__(self) -> AsyncIterator[I]:
        """Each item of each page."""
        async for page in self.pages():
            for item in page.value.items:
                yield item


def following(operation: Operation[Paged[I]], page: Paged[I]) -> Operation[Paged[I]] | None:
    """What asks for the page after this one; None after the last.

    Raises:
        NotUnderstood: it leads to itself, so that the list would never end.
    """
    if page.next is None:
        return None
    if page.next == operation.path:
        raise NotUnderstood(f"the page {page.next} leads to itself")
    return Operation("GET", page.next, operation.wanted, is_signed=operation.is_signed)
