"""Which market a file is of."""

import re
from pathlib import Path

import pytest

from ogrom.catalogue.commands.import_ import MarketOptions, market_of
from ogrom.sources.commands import CommandError

LOCALES = ("de-DE", "en-GB", "es-419")


def options(**said: object) -> MarketOptions:
    none = dict.fromkeys(MarketOptions.__struct_fields__)
    return MarketOptions(**{**none, **said})  # type: ignore[arg-type]


def test_a_market_has_what_its_region_pays_with() -> None:
    """The markets set before it go before it."""
    market = market_of(options(locale="en-GB", category="Women > New"), LOCALES)
    assert (market.currency, market.category) == ("GBP", ("Women", "New"))
    assert market.before == {"de-DE"}


def test_a_region_without_one_currency_must_be_told() -> None:
    """As must one that sells in another."""
    with pytest.raises(CommandError, match=r"the currency of es-419 is not known; pass it: --currency EUR"):
        market_of(options(locale="es-419"), LOCALES)
    assert market_of(options(locale="es-419", currency="USD"), LOCALES).currency == "USD"


@pytest.mark.parametrize(
    ("locale", "said"),
    [(None, "the file is for one market; name it"), ("xx-XX", "there is no market 'xx-XX'")],
)
def test_a_market_must_be_served(locale: str | None, said: str) -> None:
    """The failure names those that are."""
    with pytest.raises(CommandError, match=re.escape(f"import: {said}: --locale de-DE or en-GB or es-419")):
        market_of(options(locale=locale), LOCALES)


def test_googles_taxonomy(tmp_path: Path) -> None:
    """As Google publishes it; another file is told."""
    path = tmp_path / "taxonomy.txt"
    path.write_text("# Google_Product_Taxonomy_Version: 2021-09-21\n166 - Bekleidung & Accessoires\n")
    market = market_of(options(locale="de-DE", taxonomy=path), LOCALES)
    assert market.taxonomy == {166: ("Bekleidung & Accessoires",)}
    path.write_text("Bekleidung\n")
    with pytest.raises(CommandError, match="it is not Google's taxonomy"):
        market_of(options(locale="de-DE", taxonomy=path), LOCALES)
    with pytest.raises(CommandError, match="cannot be read"):
        market_of(options(locale="de-DE", taxonomy=tmp_path), LOCALES)
