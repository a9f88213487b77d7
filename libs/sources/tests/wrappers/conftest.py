"""A cached source that is told what to do, with a clock of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from ogrom.protocols.context import Context
from ogrom.sources.wrappers import Cache, Stale, cached


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Likes:
    """A source that counts its calls, and does `then` in each of them."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.count = 7
        self.then: Callable[[Context], Any] = lambda _: None

    def likes(self, ctx: Context, collage_id: int) -> int:
        self.calls.append(collage_id)
        count = self.count
        self.then(ctx)
        return count

    def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        self.count += 1
        self.then(ctx)
        return True

    def reset(self) -> None:
        self.count = 0


class World:
    """A cached source, its clock, and what was said of stale answers."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.cache = Cache(size=10, clock=self.clock)
        self.inner = Likes()
        self.stale: list[Stale] = []
        self.source = cached(
            self.inner, "likes", self.cache, ttl=30, stale_if_error=300, on_stale=self.stale.append
        )

    def fail(self, error: BaseException) -> None:
        def fail(_: Context) -> None:
            raise error

        self.inner.then = fail


@pytest.fixture
def world() -> World:
    return World()
