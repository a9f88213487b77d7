"""What a page shows of a value: a tree of elements, each of which a template draws by its kind.

No element holds HTML: the template escapes, and `urls` decides whether a string may be a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from . import Element, Piece, urls
from .forms import template_form

MAX_DEPTH: Final = 6
"""How deep elements may be nested; what is deeper is shown as JSON."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_NO_DIGITS: Final = re.compile("BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF")
_THREE_DIGITS: Final = re.compile("BHD|IQD|JOD|KWD|LYD|OMR|TND")  # ISO 4217; the rest has 2
_HEADINGS: Final = ("title", "name", "label")


class Text(Element, frozen=True):
    """A text; `style` says what it is: text, number, boolean, money, nothing or code."""

    text: str
    style: str = "text"


class Moment(Element, frozen=True):
    """A time, for people and for machines."""

    text: str
    machine: str


class Anchor(Element, frozen=True):
    """A link."""

    text: str
    href: str
    external: bool = False


class Picture(Element, frozen=True):
    """An image."""

    src: str


class Canvas(Element, frozen=True):
    """Pictures at their places, and the table of these; None inside of a list."""

    pieces: tuple[Piece, ...]
    table: Table | None


class Links(Element, frozen=True):
    """Links beside one another."""

    anchors: tuple[Anchor, ...]


class Record(Element, frozen=True):
    """An object: labels and elements; its links apart, and above the rest if anything follows them."""

    members: tuple[tuple[str, Element], ...]
    links: Links
    links_first: bool = False


class Card(Element, frozen=True):
    """An object with a picture, in a list of such."""

    picture: Picture | Canvas
    heading: str
    href: str
    members: tuple[tuple[str, Element], ...]
    links: Links


class Cards(Element, frozen=True):
    """A list of objects with pictures."""

    cards: tuple[Card, ...]


class Table(Element, frozen=True):
    """A list of objects; a cell is None where an object lacks the column's member."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Element | None, ...], ...]


class Sequence(Element, frozen=True):
    """A list of anything else."""

    items: tuple[Element, ...]


NOTHING = Text("none", "nothing")


@dataclass(frozen=True, slots=True)
class Presenter:
    """Turns values into elements.

    Attributes:
        draw: gives the pieces of a list of objects that is shown as a canvas, and none for other lists.
    """

    draw: Callable[[list[dict[str, Any]]], tuple[Piece, ...]]

    def show(self, value: Any, name: str = "", depth: int = 0) -> Element:
        """The element that shows a value.

        Args:
            value: as JSON has it.
            name: of the member whose value it is; it tells pictures from other links.
            depth: how deep it is nested.
        """
        if isinstance(value, str):
            return _text(value, name)
        if isinstance(value, dict | list) and depth >= MAX_DEPTH:
            return Text(msgspec.json.encode(value).decode(), "code")
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list):
            return self._list(value, depth)
        return _scalar(value)

    def _object(self, value: dict[str, Any], depth: int) -> Element:
        money = _money(value)
        if money is not None:
            return money
        anchors = _anchors(value)
        if anchors and len(anchors) + list(value.values()).count(None) == len(value):
            return Links(anchors)
        links_first = next(reversed(value), "") != "links"
        return Record(
            self._members(value, depth, hidden=("links",)), Links(_anchors(_links(value))), links_first
        )

    def _members(
        self, value: dict[str, Any], depth: int, hidden: tuple[str, ...]
    ) -> tuple[tuple[str, Element], ...]:
        links = _links(value)
        hidden = tuple(each for each in hidden if each != "links" or links)
        return tuple(
            (label(name), self._member(name, member, links, depth))
            for name, member in value.items()
            if name not in hidden
        )

    def _member(self, name: str, member: Any, links: dict[str, Any], depth: int) -> Element:
        """A member; an id is shown as the object's link to that thing, and its own id as the link to itself."""
        href = links.get("self" if name == "id" else name.removesuffix("_id"))
        if (
            name.endswith("id")
            and isinstance(member, int | str)
            and isinstance(href, str)
            and urls.is_link(href)
        ):
            return Anchor(str(member), href, urls.is_external(href))
        return self.show(member, name, depth + 1)

    def _list(self, value: list[Any], depth: int) -> Element:
        if not value:
            return Text("empty", "nothing")
        if all(isinstance(each, dict) and each for each in value):
            if drawn := self.draw(value):
                return Canvas(drawn, self._table(value, depth) if depth < 2 else None)
            cards = [self._card(each, depth) for each in value]
            found = tuple(card for card in cards if card is not None)
            return Cards(found) if len(found) == len(value) else self._table(value, depth)
        return Sequence(tuple(self.show(each, "", depth + 1) for each in value))

    def _card(self, value: dict[str, Any], depth: int) -> Card | None:
        seen = {name: shown for name, member in value.items() if (shown := self._picture(name, member))}
        heading = next((name for name in _HEADINGS if isinstance(value.get(name), str)), None)
        if not seen or heading is None:
            return None
        src, picture = next(iter(seen.items()))
        links = _links(value)
        href = links.get("self")
        return Card(
            picture,
            value[heading],
            href if isinstance(href, str) and urls.is_link(href) else "",
            self._members(value, depth + 1, (src, heading, "links")),
            Links(_anchors(links, ("self", *_linked(value)))),
        )

    def _picture(self, name: str, member: Any) -> Picture | Canvas | None:
        """The member, if a card can show it as its picture."""
        if isinstance(member, str) and urls.is_picture(name, member):
            return Picture(member)
        things = (
            isinstance(member, list) and all(isinstance(each, dict) for each in member) and self.draw(member)
        )
        return Canvas(things, None) if things else None

    def _table(self, rows: list[dict[str, Any]], depth: int) -> Table:
        names = list(dict.fromkeys(name for row in rows for name in row))
        cells = [self._row(row, depth) for row in rows]
        shown = [name for name in names if name != "links" or any(row.get(name) is not None for row in cells)]
        return Table(tuple(map(label, shown)), tuple(tuple(row.get(name) for name in shown) for row in cells))

    def _row(self, value: dict[str, Any], depth: int) -> dict[str, Element]:
        links = _links(value)
        cells = {name: self._member(name, member, links, depth + 1) for name, member in value.items()}
        if links:
            hidden = ("self", *_linked(value)) if "id" in value else _linked(value)
            del cells["links"]
            anchors = _anchors(links, hidden)
            cells |= {"links": Links(anchors)} if anchors else {}
        return cells


def _scalar(value: object) -> Element:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Text("yes" if value else "no", "boolean")
    return Text(str(value), "number")


def _text(text: str, name: str) -> Element:
    if urls.is_picture(name, text):
        return Picture(text)
    if urls.is_link(text):
        return Anchor(text, text, urls.is_external(text))
    return template_form(text) or _moment(text) or Text(text)


def _moment(text: str) -> Moment | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Moment(f"{moment.day} {moment:%b} {moment.year}, {moment:%H:%M:%S} UTC", text)


def _money(value: dict[str, Any]) -> Text | None:
    """The price of an `amount` in minor units and an ISO 4217 `currency`."""
    amount, currency = value.get("amount"), value.get("currency")
    if len(value) != 2 or type(amount) is not int or not isinstance(currency, str):
        return None
    if not _CURRENCY.fullmatch(currency):
        return None
    digits = 0 if _NO_DIGITS.fullmatch(currency) else 3 if _THREE_DIGITS.fullmatch(currency) else 2
    return Text(f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency}", "money")


def label(name: str) -> str:
    """A member's name as words."""
    return name.replace("_", " ")


def _links(value: Mapping[str, Any]) -> dict[str, Any]:
    links = value.get("links")
    return links if isinstance(links, dict) else {}


def _anchors(links: dict[str, Any], hidden: tuple[str, ...] = ()) -> tuple[Anchor, ...]:
    return tuple(
        Anchor(label(name), href, urls.is_external(href))
        for name, href in links.items()
        if name not in hidden
        and isinstance(href, str)
        and urls.is_link(href)
        and not urls.is_picture(name, href)
    )


def _linked(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The links that members of the object are already shown as."""
    return tuple(name.removesuffix("_id") for name in value if name.endswith("_id"))
