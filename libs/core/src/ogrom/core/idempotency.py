"""How a write is told from others, and answered as it was then if it was made already."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ogrom import http
from ogrom.http import EarlierRequest
from ogrom.protocols.context import Context, IdempotencyKey
from ogrom.protocols.outcomes import Outcome, OutcomeSource

Exchange = http.Exchange[Any, Any, Context]


def earlier(
    x: Exchange, outcomes: OutcomeSource, result: Callable[[Outcome], object]
) -> EarlierRequest | None:
    """The answer of `idempotency_key_used`; from now on `x.context` has the key, and each write its outcome.

    Args:
        x: an exchange with an Idempotency-Key.
        outcomes: of the sources that the write goes to.
        result: what the action has returned, by the outcome.
    """
    key = x.idempotency_key
    assert key is not None, "the node is asked for requests with a key only"
    x.context = replace(x.context, key=IdempotencyKey(text=key.text, fingerprint=key.fingerprint))
    outcome = outcomes.outcome(x.context)
    return None if outcome is None else EarlierRequest(outcome.fingerprint, result(outcome))
