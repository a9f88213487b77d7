"""Wrappers around any source: `cached`, `guarded` and `observed` keep its Protocol, so they nest.

source = cached(guarded(observed(source, "products", observe), "products", breaker), "products", cache, ttl=30)
"""

from .breaker import Breaker, CircuitOpen
from .cache import Cache, Statistics
from .cached import Cached, Stale, cached
from .gathered import MERGED, SHARED, Gathered, Merged, gathered
from .guarded import Guarded, guarded
from .observed import Observe, Observed, observed
from .rules import RULES, Rules
from .timings import Timing, Timings
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
