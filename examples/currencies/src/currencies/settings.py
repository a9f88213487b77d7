"""The settings: those of any service, and the rates."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from ogrom.operations.settings import ServiceSettings, setting

Rates: TypeAlias = tuple[tuple[str, float], ...]


def rates(value: str) -> Rates:
    """The rate of each currency against the first, such as `EUR=1,USD=1.08`."""
    try:
        pairs = (each.split("=") for each in value.split(","))
        return tuple((code.strip(), float(rate)) for code, rate in pairs)
    except ValueError:
        raise ValueError("is not a list of rates; use one such as EUR=1,USD=1.08") from None


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What is set from outside, validated."""

    prefix: ClassVar[str] = "CURRENCIES_"
    rates: Rates = setting(
        rates, "EUR=1,PLN=4.3,USD=1.08", "the rate of each currency against the first", "--rates"
    )
