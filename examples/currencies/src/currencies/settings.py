"""The settings: those of any service, and the rates."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from ogrom.operations.settings import ServiceSettings, setting

Rates: TypeAlias = tuple[tuple[str, float], ...]


def rates(value: str) -> Rates:
    """What each currency is worth of the first one, such as `EUR=1,USD=1.08`."""
    try:
        pairs = (each.split("=") for each in value.split(","))
        return tuple((code.strip(), float(rate)) for code, rate in pairs)
    except ValueError:
        raise ValueError("is no list of rates; use one such as EUR=1,USD=1.08") from None


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What a process is told from outside, checked."""

    prefix: ClassVar[str] = "CURRENCIES_"
    rates: Rates = setting(
        rates, "EUR=1,PLN=4.3,USD=1.08", "what each currency is worth of the first one", "--rates"
    )
