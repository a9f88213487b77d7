"""What all resources share: context, caching, language, and what a source's failure means."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from typing_extensions import TypeVar

from ogrom import http
from ogrom.http import Answer, Challenge, DefinitionError, only_for
from ogrom.http.definition import allowed_methods
from ogrom.protocols.context import Context

from .access import WRITES, identified, permitted
from .failures import STATUSES, explain
from .freshness import NAMES, freshness

E = TypeVar("E", default=Any)
B = TypeVar("B", default=Any)

if TYPE_CHECKING:
    Exchange: TypeAlias = http.Exchange[E, B, Context]
    """An exchange about an entity of type E whose request has content of type B."""
else:
    # Not the alias: in Python 3.13 `Exchange[E]` would be a TypeError, its default for B notwithstanding.
    Exchange = http.Exchange


class Resource(http.Resource[E, Context]):
    """A resource of the API; E is what it stands for.

    Attributes:
        cache: the Cache-Control of what is read. What no client changes may be a minute old; what they
            change is `REVALIDATED`, so that they see their own writes.
    """

    cache: ClassVar[str] = "public, max-age=60"
    header_names: ClassVar[tuple[str, ...]] = (
        "Cache-Control",
        "Content-Language",
        "Content-Location",
        *NAMES,
    )
    open_methods = ("GET", "HEAD", "OPTIONS")
    explained = STATUSES

    def __init_subclass__(cls) -> None:
        """Refuse writes for which no scope is named.

        Raises:
            DefinitionError: such a method, and what to write.
        """
        super().__init_subclass__()
        for method in allowed_methods(cls):
            if method in WRITES and method not in cls.scopes:
                raise DefinitionError(
                    f"{cls.__qualname__} answers {method} and names no scope for it; "
                    'write `scopes = writing("...:write")`, from ogrom.core.access'
                )

    def authorized(self, x: Exchange[E], /) -> Answer | Challenge:
        """Whether it is known who writes, and nothing is wrong with what a reader says of themselves."""
        return identified(x, self.scopes.get(x.method, ()))

    @only_for(*WRITES)
    def allowed(self, x: Exchange[E], /) -> Answer:
        """Whether who writes has the scope for it."""
        return permitted(x, self.scopes.get(x.method, ()))

    def headers(self, x: Exchange[E], /) -> Mapping[str, str]:
        """Cache-Control, Content-Language and, where an action shows what it made, Content-Location.

        Where data came from memory, Age and Cache-Status besides.
        """
        fields = {
            "Cache-Control": self.cache if is_read(x) else "no-store",
            "Content-Language": x.context.locale,
            **freshness(x.context.copies),
        }
        shown = None if x.result is None else self.location(x)
        return fields if shown is None else {**fields, "Content-Location": shown}

    def handle_exception(self, x: Exchange[E], /) -> object:
        """A Problem that says what a source's failure means to the client; 500 for any other exception."""
        return explain(x, retry_after=self.retry_after) or super().handle_exception(x)


REVALIDATED = "public, no-cache"
"""Caches may keep it and must ask, with its ETag, whether it is still so (RFC 9111, 5.2.2.4)."""


def is_read(x: Exchange) -> bool:
    """Whether the request only reads."""
    return x.method in ("GET", "HEAD")
