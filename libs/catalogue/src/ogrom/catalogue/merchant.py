"""From the attributes of Merchant Center's product data to what Ogrom shows of a product.

Ogrom shows a title, a brand, a category, a price and a picture; it needs those and ignores the others.
https://support.google.com/merchants/answer/7052112 is the specification.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from ogrom.protocols.models import Money
from ogrom.sources.sql.tables import NAME, OFFER_ID, URL

from .entries import Fault

__all__ = ["Item", "Market", "currency_of", "path_of", "taxonomy"]


class _Currencies(Struct, frozen=True):
    """The file: the regions that pay in a currency, and how many decimal digits it has if not two."""

    regions: dict[str, tuple[str, ...]]
    digits: dict[str, int]


_CURRENCIES = msgspec.toml.decode(
    (Path(__file__).parent / "data" / "currencies.toml").read_bytes(), type=_Currencies
)
_BY_REGION = {region: code for code, regions in _CURRENCIES.regions.items() for region in regions}


def currency_of(locale: str) -> str | None:
    """The currency of a locale's region; None if the locale has no region, or an unknown one."""
    return _BY_REGION.get(locale.rpartition("-")[2])


def digits_of(currency: str) -> int:
    """How many decimal digits an amount in this currency has."""
    return _CURRENCIES.digits.get(currency, 2)


_PRICE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))? ?([A-Za-z]{3})")


def price(text: str, currency: str) -> Money:
    """The price in `text`.

    Args:
        currency: the market's.

    Raises:
        ValueError: it is not a price in this currency; the message shows one that is.
    """
    digits = digits_of(currency)
    example = f"15.{'0' * digits}".removesuffix(".")
    form = f"write it as {example} {currency}, with a decimal point and no other sign"
    found = _PRICE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a price; {form}")
    whole, fraction, code = found[1], found[2] or "", found[3].upper()
    if code != currency:
        raise ValueError(
            f"is in {code}, but this market sells in {currency}; if it does not, pass --currency {code}"
        )
    if len(fraction) > digits:
        raise ValueError(f"{text!r} has more than {digits} digits after the decimal point; {form}")
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
    raise ValueError(f"{period!r} is not a period; write it as 2026-02-24T11:07+0100/2026-03-02T23:07+0100")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CategoryPath: TypeAlias = tuple[str, ...]

_LINE = re.compile(r"\s*([0-9]{1,9}) - (.+)")


def path_of(text: str) -> CategoryPath:
    """The names of a category from the root on: `A > B > C`."""
    return tuple(name for part in text.split(">") if (name := part.strip()))


def taxonomy(lines: Iterable[str]) -> Mapping[int, CategoryPath]:
    """The categories by their numbers; lines of another form, such as the first, are ignored."""
    found = map(_LINE.fullmatch, map(str.rstrip, lines))
    return {int(each[1]): path_of(each[2]) for each in found if each}


REQUIRED = ("id", "title", "price", "image_link", "brand")

_URL = re.compile(r"https?://[!-~]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_DEEPEST = 10
_LONGEST_PATH = 2000


class Market(Struct, frozen=True, kw_only=True):
    """The market that a file is of.

    Attributes:
        locale: its name here.
        currency: what it sells in.
        before: the markets that decide before it what a product's brand, picture and category are.
        category: where a product goes that names no category; empty if that is a fault.
        taxonomy: Google's categories by number, in the file's language; empty if not given.
    """

    locale: str
    currency: str
    before: frozenset[str] = frozenset()
    category: CategoryPath = ()
    taxonomy: Mapping[int, CategoryPath] = {}


class Item(Struct, frozen=True, kw_only=True):
    """A product as a shop offers it in one market; `path` names its category from the root on."""

    offer_id: str
    title: str
    brand: str
    image_url: str
    price: Money
    path: CategoryPath


def item_of(attributes: Mapping[str, str], market: Market, now: datetime) -> Item | tuple[Fault, ...]:
    """The item, or everything that is wrong with it."""
    faults: list[Fault] = []
    reader = _Reader(attributes, market, now, faults)
    offer_id = reader.text("id", OFFER_ID.length)
    title = reader.text("title", NAME.length)
    brand = reader.text("brand", NAME.length)
    image_url = reader.url("image_link")
    paid = reader.price()
    path = reader.path()
    if faults or paid is None:
        return tuple(faults)
    return Item(offer_id=offer_id, title=title, brand=brand, image_url=image_url, price=paid, path=path)


class _Reader(Struct):
    """Reads one item's attributes and gathers what is wrong with them."""

    attributes: Mapping[str, str]
    market: Market
    now: datetime
    faults: list[Fault]

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(Fault(name, reason))

    def text(self, name: str, longest: int | None) -> str:
        """The text, with a single space for each white space; a missing one is a fault."""
        text = " ".join(self.attributes.get(name, "").split())
        if not text:
            self.fault(name, "is missing")
        elif longest is not None and len(text) > longest:
            self.fault(name, f"has {len(text)} characters; at most {longest} are allowed")
        elif found := _CONTROL.search(text):
            self.fault(name, _told(found[0], found.start()))
        return text

    def url(self, name: str) -> str:
        before = len(self.faults)
        url = self.text(name, URL.length)
        if len(self.faults) == before and not _URL.fullmatch(url):
            self.fault(name, "is no URL; it begins with http:// or https:// and has no spaces or umlauts")
        return url

    def price(self) -> Money | None:
        """What is to be paid today."""
        regular = self._price("price") if self.text("price", None) else None
        sale = self._price("sale_price")
        if regular is None or sale is None or not 0 < sale.amount < regular.amount or not self._on_sale():
            return regular
        return sale

    def _price(self, name: str) -> Money | None:
        text = " ".join(self.attributes.get(name, "").split())
        if not text:
            return None
        try:
            return price(text, self.market.currency)
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def _on_sale(self) -> bool:
        period = self.attributes.get("sale_price_effective_date", "").strip()
        try:
            return not period or holds(period, self.now)
        except ValueError as error:
            self.fault("sale_price_effective_date", str(error))
            return False

    def path(self) -> CategoryPath:
        """The shop's own category, else Google's, else the one for those without."""
        for name in ("product_type", "google_product_category"):
            text = " ".join(self.attributes.get(name, "").split())
            if name == "google_product_category" and re.fullmatch("[0-9]+", text):
                return self._numbered(text)
            if text:
                return self._checked(name, text)
        if not self.market.category:
            self.fault("product_type", "is missing, and google_product_category too; or give --category")
        return self.market.category

    def _numbered(self, text: str) -> CategoryPath:
        path = self.market.taxonomy.get(int(text[:9]), ())
        if not path:
            advice = (
                "--taxonomy does not list it"
                if self.market.taxonomy
                else "pass Google's list: --taxonomy FILE"
            )
            self.fault(
                "google_product_category", f"{text[:20]} is the number of an unknown category; {advice}"
            )
        return path

    def _checked(self, name: str, text: str) -> CategoryPath:
        if len(text) > _LONGEST_PATH:
            self.fault(name, f"has {len(text)} characters; at most {_LONGEST_PATH} are allowed")
            return ()
        path = path_of(_first(name, text))
        if not 0 < len(path) <= _DEEPEST:
            self.fault(name, f"has {len(path)} levels; use 1 to {_DEEPEST}")
        elif any(len(each) > (NAME.length or 0) for each in path):
            self.fault(name, f"has a level of more than {NAME.length} characters")
        elif found := _CONTROL.search(text):
            self.fault(name, _told(found[0], found.start()))
        return path


def _first(name: str, text: str) -> str:
    """The first of values that may be repeated, between commas, and quoted where they have commas."""
    if name == "product_type" and "," in text:
        return next(csv.reader([text], skipinitialspace=True))[0]
    return text


def _told(character: str, position: int) -> str:
    if "\ud800" <= character <= "\udfff":
        return f"is not UTF-8 at character {position + 1} (byte 0x{ord(character) - 0xDC00:02x})"
    return f"has the control character U+{ord(character):04X} at character {position + 1}"
