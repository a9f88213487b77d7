"""The markets: a locale, what money it uses and which language it speaks."""

from collections.abc import Iterable

from msgspec import Struct

from . import english, french, german, polish
from .language import Language


class Market(Struct, frozen=True):
    """Where products are sold; `rate` is what a euro costs there, in hundredths of its currency."""

    locale: str
    currency: str
    rate: int
    language: Language


_MARKETS = {
    market.locale: market
    for market in (
        Market("de-DE", "EUR", 100, german.LANGUAGE),
        Market("en-GB", "GBP", 86, english.LANGUAGE),
        Market("fr-FR", "EUR", 104, french.LANGUAGE),
        Market("pl-PL", "PLN", 395, polish.LANGUAGE),
    )
}

LOCALES: tuple[str, ...] = tuple(_MARKETS)
"""The locales the demo speaks."""


def markets_of(locales: Iterable[str]) -> tuple[Market, ...]:
    """Returns the markets of these locales, in their order.

    Raises:
        ValueError: There is none, one comes twice, or one is not among `LOCALES`.
    """
    wanted = tuple(locales)
    known = ", ".join(LOCALES)
    unknown = [locale for locale in wanted if locale not in _MARKETS]
    if unknown:
        raise ValueError(f"demo: unknown locale {unknown[0]!r}; the known ones are {known}")
    if not wanted or len(set(wanted)) < len(wanted):
        raise ValueError(f"demo: locales {wanted!r} must be one or more, each once, of {known}")
    return tuple(_MARKETS[locale] for locale in wanted)
