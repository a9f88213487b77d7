"""Which market a shop's file is of, from what was said on the command line."""

from pathlib import Path

from msgspec import Struct

from ogrom.operations.command_line import Failure
from ogrom.sources.interchange import Market, currency_of, path_of, taxonomy


class MarketOptions(Struct, frozen=True, kw_only=True):
    """The options, None where one was not given.

    Attributes:
        locale: the market.
        currency: what it sells in, if not in the currency of the locale's region.
        category: where products go that name none, `A > B > C`.
        taxonomy: a file of Google's with its categories by number.
    """

    locale: str | None
    currency: str | None
    category: str | None
    taxonomy: Path | None

    @property
    def is_given(self) -> bool:
        """Whether there is any."""
        return any(getattr(self, name) is not None for name in self.__struct_fields__)


def market_of(options: MarketOptions, locales: tuple[str, ...]) -> Market:
    """The market.

    Args:
        locales: those that are served; the earlier ones go before it.

    Raises:
        Failure: it is none, or its currency is not known.
    """
    locale = options.locale
    if locale not in locales:
        said = "the file is of one market; say which" if locale is None else f"there is no market {locale!r}"
        raise Failure(f"import: {said}: --locale {' or '.join(locales)}")
    currency = options.currency or currency_of(locale)
    if currency is None:
        raise Failure(f"import: what does {locale} sell in? Say so: --currency EUR")
    return Market(
        locale=locale,
        currency=currency,
        before=frozenset(locales[: locales.index(locale)]),
        category=path_of(options.category or ""),
        taxonomy=taxonomy(_lines(options.taxonomy)) if options.taxonomy else {},
    )


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"import: {path} cannot be read: {error}; --taxonomy is a file of Google's") from error
    if not taxonomy(lines):
        raise Failure(f"import: {path} has no line such as `2271 - A > B`; it is not Google's taxonomy")
    return lines
