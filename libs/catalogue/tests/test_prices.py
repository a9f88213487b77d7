"""Prices and the times in which they hold."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from ogrom.catalogue.merchant import currency_of, digits_of, holds, price
from ogrom.protocols.models import Money

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("15.00 EUR", "EUR", 1500),
        ("15 EUR", "EUR", 1500),
        ("15.5eur", "EUR", 1550),
        ("0.00 EUR", "EUR", 0),
        ("1500 JPY", "JPY", 1500),
        ("1.5 KWD", "KWD", 1500),
    ],
)
def test_prices(text: str, currency: str, amount: int) -> None:
    """In minor units, of which a currency has none, a hundred or a thousand."""
    assert price(text, currency) == Money(amount=amount, currency=currency)


@given(st.integers(0, 10**12 - 1))
def test_no_price_is_rounded(amount: int) -> None:
    """Every amount is what its text says."""
    assert price(f"{amount // 100}.{amount % 100:02d} EUR", "EUR").amount == amount


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("15,00 EUR", "'15,00 EUR' is not a price; write it as 15.00 EUR"),
        ("1.299,00 EUR", "is not a price"),
        ("-5.00 EUR", "'-5.00 EUR' is not a price"),
        ("15.00", "is not a price"),
        ("EUR", "is not a price"),
        ("\u0661\u0665 EUR", "is not a price"),
        ("1e3 EUR", "is not a price"),
        ("9999999999999 EUR", "is not a price"),
        ("15.000 EUR", "more than 2 digits after the decimal point"),
        ("15.00 XYZ", "is in XYZ, but this market sells in EUR; if it does not, pass --currency XYZ"),
    ],
)
def test_what_is_no_price(text: str, reason: str) -> None:
    """It says how to write it."""
    with pytest.raises(ValueError, match=reason):
        price(text, "EUR")


@pytest.mark.parametrize(
    ("period", "held"),
    [
        ("2026-11-24T11:07+0000/2026-11-25T23:07+0000", True),
        ("2026-11-24T13:30+0200/2026-11-24T13:00Z", True),
        ("2026-11-24T13:30+0100/2026-11-25", False),
        ("2026-11-01/2026-11-24", False),
    ],
)
def test_periods(period: str, held: bool) -> None:
    """With any offset from UTC; without one, in UTC."""
    assert holds(period, NOON) is held


@pytest.mark.parametrize("period", ["", "tomorrow", "2026-11-24", "2026-11-24/", "2026-11-24/2026-13-01"])
def test_what_is_no_period(period: str) -> None:
    """It says how to write it."""
    with pytest.raises(ValueError, match=r"is not a period; write it as 2026-"):
        holds(period, NOON)


def test_regions_pay_in_their_currency() -> None:
    """A locale without a region has none."""
    assert [currency_of(each) for each in ("de-DE", "en-GB", "de-CH", "de", "xx-XX")] == [
        *("EUR", "GBP", "CHF"),
        *(None, None),
    ]
    assert [digits_of(each) for each in ("EUR", "JPY", "TND")] == [2, 0, 3]
