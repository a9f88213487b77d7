"""What went where, and how it went: kept for every moment, for figures and for laws."""

from dataclasses import dataclass, field

from ..model import Colour, Figures, Weights
from .machines import Side


@dataclass(frozen=True)
class Span:
    """A while in which nothing changed, for one environment that had traffic.

    Attributes:
        begin, end: in seconds on the platform's clock.
        colour, weight, version: what had how much of the traffic.
        serving, instances: how many of its instances served, and how many it had.
        warm: whether all that served had been warmed up when it began.
        requests, errors: of clients.
        p99: of their time, in seconds.
    """

    begin: float
    end: float
    colour: Colour
    weight: int
    version: str
    serving: int
    instances: int
    warm: bool
    requests: float
    errors: float
    p99: float

    @property
    def healthy(self) -> bool:
        """Whether all of its instances served."""
        return 0 < self.serving == self.instances


@dataclass
class Traffic:
    """Clients that send so many requests a second; owns what became of them."""

    rate: float
    spans: list[Span] = field(default_factory=list)

    def flow(self, begin: float, end: float, sides: tuple[Side, Side], weights: Weights) -> None:
        """Let a while go by in which nothing changes."""
        for side in sides:
            if weights[side.colour] > 0:
                self.spans.append(self._span(begin, end, side, weights[side.colour]))

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a moment."""
        requests = errors = slowest = 0.0
        for each in reversed(self.spans):
            if each.end <= since:
                break
            if each.colour == colour:
                part = (each.end - max(each.begin, since)) / (each.end - each.begin)
                requests += each.requests * part
                errors += each.errors * part
                slowest = max(slowest, each.p99)
        return Figures(int(requests), min(round(errors), int(requests)), slowest / 2, slowest)

    def _span(self, begin: float, end: float, side: Side, weight: int) -> Span:
        serving = side.serving(begin)
        requests = self.rate * weight / 100 * (end - begin)
        lost = 1.0 - len(serving) / len(side.machines) if side.machines else 1.0
        faulty = max((each.behaviour.error_rate for each in serving), default=0.0)
        span = Span(
            begin,
            end,
            side.colour,
            weight,
            side.version,
            serving=len(serving),
            instances=len(side.machines),
            warm=all(each.is_warm for each in serving),
            requests=requests,
            errors=requests * (lost + (1.0 - lost) * faulty),
            p99=max((each.seconds for each in serving), default=0.0),
        )
        for each in serving:
            each.requests += requests / len(serving)
        return span
