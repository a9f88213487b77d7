"""What all resources share: context, caching, language, and what a source's failure means."""

from collections.abc import Mapping
from math import ceil, floor
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from typing_extensions import TypeVar

from ogrom import http
from ogrom.http import Answer, Challenge, DefinitionError, Renderer, only_for, refuses
from ogrom.http.definition import allowed_methods
from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context

from .failures import PROBLEMS, explain
from .pages import RENDERERS
from .problems import EXPIRED_TOKEN, INVALID_TOKEN, MISSING_SCOPE, MISSING_TOKEN, WRITES_DISABLED
from .scopes import WRITES, identified, permitted

E = TypeVar("E", default=Any)
B = TypeVar("B", default=Any)

if TYPE_CHECKING:
    Exchange: TypeAlias = http.Exchange[E, B, Context]
    """An exchange about an entity of type E whose request has content of type B."""
else:
    # Not the alias: in Python 3.13 `Exchange[E]` would be a TypeError, although B has a default.
    Exchange = http.Exchange

CACHE_HEADERS = ("Age", "Cache-Status")

REVALIDATED = "public, no-cache"
"""Caches may store it and must ask, with its ETag, whether it is still current (RFC 9111, 5.2.2.4)."""


class Resource(http.Resource[E, Context]):
    """A resource of the API; E is what it stands for.

    Attributes:
        cache: the Cache-Control of reads. What no client changes may be a minute old; what clients change is
            `REVALIDATED`, so that they see their own writes.
    """

    cache: ClassVar[str] = "public, max-age=60"
    renderers: ClassVar[tuple[Renderer, ...]] = RENDERERS
    problem_renderers: ClassVar[tuple[Renderer, ...]] = RENDERERS
    header_names: ClassVar[tuple[str, ...]] = ("Content-Language", "Content-Location", *CACHE_HEADERS)
    anonymous_methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "OPTIONS")
    exception_problems = PROBLEMS

    def __init_subclass__(cls) -> None:
        """Refuse writes that need no scope.

        Raises:
            DefinitionError: such a method, and what to write.
        """
        super().__init_subclass__()
        for method in allowed_methods(cls):
            if method in WRITES and method not in cls.scopes:
                raise DefinitionError(
                    f"{cls.__qualname__} answers {method} and names no scope for it; "
                    'write `scopes = write_scopes("...:write")`, from ogrom.core.scopes'
                )

    @refuses(MISSING_TOKEN, INVALID_TOKEN, EXPIRED_TOKEN, WRITES_DISABLED)
    def authorized(self, x: Exchange[E], /) -> Answer | Challenge:
        """Whether it is known who writes, and the credentials of a reader are not wrong."""
        return identified(x, self.scopes.get(x.method, ()))

    @only_for(*WRITES)
    @refuses(MISSING_SCOPE)
    def allowed(self, x: Exchange[E], /) -> Answer:
        """Whether the token has the scope for a write."""
        return permitted(x, self.scopes.get(x.method, ()))

    def headers(self, x: Exchange[E], /) -> Mapping[str, str]:
        """Content-Language; Age and Cache-Status for data from a cache.

        Where an action shows what it made, there is also Content-Location.
        """
        fields = {"Content-Language": x.context.locale, **cache_headers(x.context.copies)}
        shown = None if x.result is None else self.location(x)
        return fields if shown is None else {**fields, "Content-Location": shown}

    def handle_exception(self, x: Exchange[E], /) -> object:
        """A Problem that says what a source's failure means to the client; 500 for any other exception."""
        return explain(x, retry_after=self.retry_after) or super().handle_exception(x)


def is_get(x: Exchange) -> bool:
    """Whether the method is GET, or HEAD, which is a GET without content."""
    return x.method in ("GET", "HEAD")


def cache_headers(copies: Copies | None) -> Mapping[str, str]:
    """`Age` and `Cache-Status` of a response; nothing if its data come straight from their stores.

    With Age, what Cache-Control promises holds for the data: clients store them for that much less (RFC 9111, 4.2.3).
    In Cache-Status a negative `ttl` says for how long the data have been stale (RFC 9211), so whoever reads a response
    sees that the store behind it did not answer.
    """
    if copies is None or copies.age is None or copies.fresh_for is None:
        return {}
    return {"Age": str(ceil(copies.age)), "Cache-Status": f"ogrom; hit; ttl={floor(copies.fresh_for)}"}
