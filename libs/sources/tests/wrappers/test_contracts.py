"""A wrapped source keeps the contract of what it wraps, whatever the wrapper, and however they are nested."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.protocols.contracts import StoreContract
from ogrom.protocols.testing import CATALOGUE, MemorySources
from ogrom.sources.wrappers import Breaker, Cache, Timings, cached, guarded, observed

Wrap = Callable[[Any, str], Any]


def _cached() -> Wrap:
    cache = Cache()
    return lambda source, name: cached(source, name, cache, ttl=3600, stale_if_error=3600)


def _guarded() -> Wrap:
    breaker = Breaker("memory")
    return lambda source, name: guarded(source, name, breaker)


def _observed() -> Wrap:
    timings = Timings()
    return lambda source, name: observed(source, name, timings)


def _nested() -> Wrap:
    inner, middle, outer = _observed(), _guarded(), _cached()
    return lambda source, name: outer(middle(inner(source, name), name), name)


def _nested_otherwise() -> Wrap:
    inner, middle, outer = _cached(), _observed(), _guarded()
    return lambda source, name: outer(middle(inner(source, name), name), name)


@pytest.fixture(params=[_cached, _guarded, _observed, _nested, _nested_otherwise])
def sources(request: pytest.FixtureRequest) -> Any:
    """Every source of one store in memory, wrapped."""
    wrap: Wrap = request.param()
    return SimpleNamespace(
        **{name: wrap(source, name) for name, source in vars(MemorySources(CATALOGUE)).items()}
    )


class TestWrapped(StoreContract):
    """By each of them."""
