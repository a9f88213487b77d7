"""Over HTTP: what came of writes with an idempotency key."""

from dataclasses import dataclass

from ogrom.protocols.context import Context
from ogrom.protocols.outcomes import Outcome

from .calls import Calls


@dataclass(frozen=True)
class RemoteOutcomes:
    """An OutcomeSource."""

    calls: Calls

    def outcome(self, ctx: Context) -> Outcome | None:
        if ctx.key is None or ctx.principal is None:
            return None
        return self.calls.begin(ctx).read_own(Outcome, "write", key=ctx.key.text)
