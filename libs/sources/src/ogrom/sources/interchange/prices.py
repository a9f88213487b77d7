"""Prices as Merchant Center has them, `15.00 EUR`, and the time in which a sale price holds."""

import re
from datetime import UTC, datetime

from ogrom.protocols.models import Money

from .currencies import digits_of

_PRICE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))? ?([A-Za-z]{3})")


def price(text: str, currency: str) -> Money:
    """The price in `text`.

    Args:
        currency: the market's.

    Raises:
        ValueError: it is none in this currency; says what would be one.
    """
    digits = digits_of(currency)
    example = f"15.{'0' * digits}".removesuffix(".")
    form = f"write it like {example} {currency}, with a point before the cents and no other sign"
    found = _PRICE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no price; {form}")
    whole, fraction, code = found[1], found[2] or "", found[3].upper()
    if code != currency:
        raise ValueError(f"is in {code}, and this market sells in {currency}; --currency says otherwise")
    if len(fraction) > digits:
        raise ValueError(f"{text!r} has more than {digits} digits behind the point; {form}")
    return Money(amount=int(whole + fraction.ljust(digits, "0")), currency=currency)


def holds(period: str, now: datetime) -> bool:
    """Whether a period such as `2026-02-24T11:07+0100/2026-03-02T23:07+0100` has begun and not ended.

    Raises:
        ValueError: it is none.
    """
    begin, separator, end = period.partition("/")
    try:
        if separator:
            return _moment(begin) <= now <= _moment(end)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{period!r} is no period; write it like 2026-02-24T11:07+0100/2026-03-02T23:07+0100")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
