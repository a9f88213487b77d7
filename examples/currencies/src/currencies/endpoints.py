"""The endpoints: all rates, and one amount in another currency."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from currencies.settings import Rates
from ogrom.http import Endpoint, Exchange, QueryParameters, Resource


class Conversion(Struct, frozen=True):
    """How much, from which currency to which."""

    amount: float
    source: str
    target: str


@dataclass(frozen=True)
class RatesResource(Resource[None]):
    """All exchange rates."""

    rates: Mapping[str, float]

    def handle_ok(self, x: Exchange[None]) -> Mapping[str, float]:
        """The rates, by currency."""
        return self.rates


@dataclass(frozen=True)
class ConversionResource(Resource[float]):
    """An amount in another currency."""

    rates: Mapping[str, float]
    query = QueryParameters(Conversion)

    def exists(self, x: Exchange[float]) -> float | None:
        """The amount, where both currencies have a rate."""
        asked = self.query(x)
        if asked.source not in self.rates or asked.target not in self.rates:
            return None
        return asked.amount / self.rates[asked.source] * self.rates[asked.target]

    def handle_ok(self, x: Exchange[float]) -> Mapping[str, object]:
        """The amount and its currency."""
        return {"amount": round(x.entity, 2), "currency": self.query(x).target}


def endpoints(rates: Rates) -> tuple[Endpoint, ...]:
    """Both endpoints, whose paths are below that of their mount."""
    return (
        Endpoint("rates", "/rates", RatesResource(dict(rates))),
        Endpoint("conversion", "/conversion", ConversionResource(dict(rates))),
    )
