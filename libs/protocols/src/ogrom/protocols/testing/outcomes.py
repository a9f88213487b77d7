"""What came of writes with a key, in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from ..context import Context
from ..errors import KeyReused
from ..outcomes import Outcome
from .store import Store

W = TypeVar("W", bound=Callable[..., Any])

_NAME = "outcomes"


class OverStore(Protocol):
    """A source of the store."""

    @property
    def store(self) -> Store: ...


@dataclass(frozen=True)
class MemoryOutcomes:
    """An OutcomeSource."""

    store: Store

    def outcome(self, ctx: Context) -> Outcome | None:
        with self.store.opened(_NAME, ctx) as store:
            return store.outcomes.get(_place(ctx)) if _is_kept(ctx) else None


def once(returned: str) -> Callable[[W], W]:
    """Make a method's write once, if it has a key.

    Args:
        returned: the field of the Outcome for what the method returns; empty if it returns None.
    """

    def decorate(write: W) -> W:
        @wraps(write)
        def written(self: OverStore, ctx: Context, *args: Any, **kwargs: Any) -> Any:
            if not _is_kept(ctx):
                return write(self, ctx, *args, **kwargs)
            with self.store.opened(_NAME, ctx) as store:
                assert ctx.key is not None
                outcome = store.outcomes.get(_place(ctx))
                if outcome is None:
                    result = write(self, ctx, *args, **kwargs)
                    fields = {returned: result} if returned else {}
                    outcome = store.outcomes[_place(ctx)] = Outcome(fingerprint=ctx.key.fingerprint, **fields)
                if outcome.fingerprint != ctx.key.fingerprint:
                    raise KeyReused(_NAME, "the key belongs to another write")
                return getattr(outcome, returned) if returned else None

        return cast(W, written)

    return decorate


def _is_kept(ctx: Context) -> bool:
    return ctx.key is not None and ctx.principal is not None


def _place(ctx: Context) -> tuple[int, str, str]:
    assert ctx.key is not None
    assert ctx.principal is not None
    return ctx.principal.user_id, ctx.locale, ctx.key.text
