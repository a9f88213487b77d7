"""Wrappers around any source: `cached`, `guarded` and `observed` keep its Protocol, so they nest.

source = cached(guarded(observed(source, "products", observe), "products", breaker), "products", cache, ttl=30)
"""

from .cached import Cache, Cached, Stale, Statistics, cached
from .circuit_breaker import Breaker, CircuitOpen, Guarded, guarded
from .gathered import MERGED, SHARED, Gathered, Merged, gathered
from .observed import Observe, Observed, Timing, Timings, observed
from .rules import RULES, Rules
from .wrapper import Call, Wrapper

__all__ = [
    "MERGED",
    "RULES",
    "SHARED",
    "Breaker",
    "Cache",
    "Cached",
    "Call",
    "CircuitOpen",
    "Gathered",
    "Guarded",
    "Merged",
    "Observe",
    "Observed",
    "Rules",
    "Stale",
    "Statistics",
    "Timing",
    "Timings",
    "Wrapper",
    "cached",
    "gathered",
    "guarded",
    "observed",
]
