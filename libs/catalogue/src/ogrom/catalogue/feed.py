"""RSS 2.0 and Atom, streamed: each item's attributes, in the namespace of Merchant Center or plain.

A DOCTYPE is refused, so that there are no entities to expand or to fetch; depth, texts and tokens are bounded.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from .entries import BrokenFile, Entry, Fault, Rejected
from .files import OpenedFile

_GOOGLE = "http://base.google.com/ns/1.0"
_PLAIN = ("", "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_ITEMS = ("item", "entry")

_CHUNK = 2**16
_LONGEST_TOKEN = 2**20
_LONGEST_TEXT = 2**16
_DEEPEST = 64

Item = Entry[Mapping[str, str]] | Rejected


def feed_entries(file: OpenedFile) -> Iterator[Item]:
    """The items; of an attribute that comes more than once the first counts.

    Raises:
        BrokenFile: it is no XML from some line on, has a DOCTYPE, or is built to exhaust its reader.
    """
    items = _Items()
    more = True
    while more:
        chunk = file.read(_CHUNK)
        more = bool(chunk)
        try:
            items.feed(chunk)
        except BrokenFile:
            # What ended before the break is good.
            yield from items.taken()
            raise
        yield from items.taken()
    if not items.any:
        raise BrokenFile("it has no products: no <item> (RSS) and no <entry> (Atom)")


class _Items:
    """A parser and the items that it has come to the end of.

    Attributes:
        any: whether there was one at all.
    """

    def __init__(self) -> None:
        self.any = False
        self._done: list[Item] = []
        self._open: _Item | None = None
        self._depth = 0
        self._silence = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.DefaultHandler = self._other

    def feed(self, chunk: bytes) -> None:
        """Parse on; an empty chunk is the end."""
        self._silence += len(chunk)
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise BrokenFile(
                f"line {error.lineno} is not well-formed XML: {expat.ErrorString(error.code)}"
            ) from None
        except (ValueError, LookupError):  # of the codec that the declaration names
            raise BrokenFile("its encoding is not supported; save it as UTF-8") from None
        if self._silence > _LONGEST_TOKEN:
            raise self._broken("has a tag or comment of over a megabyte")

    def taken(self) -> list[Item]:
        """The items that have ended since the last time."""
        done, self._done = self._done, []
        return done

    def _broken(self, what: str) -> BrokenFile:
        return BrokenFile(f"line {self._parser.CurrentLineNumber} {what}")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._silence = 0
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._broken(f"is nested deeper than {_DEEPEST} elements")
        namespace, _, name = tag.rpartition(" ")
        if self._open is not None:
            if self._depth == self._open.depth + 1:
                self._open.start(namespace, name, attributes)
        elif name in _ITEMS and namespace in _PLAIN:
            self.any = True
            self._open = _Item(self._parser.CurrentLineNumber, self._depth)

    def _end(self, tag: str) -> None:
        self._silence = 0
        if self._open is not None:
            if self._depth == self._open.depth + 1:
                self._open.end()
            elif self._depth == self._open.depth:
                self._done.append(self._open.read())
                self._open = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._silence = 0
        # Texts deeper down belong to groups such as <g:shipping>.
        if self._open is not None and self._depth == self._open.depth + 1:
            self._open.text(text)

    def _doctype(self, *_: Any) -> None:
        raise self._broken("has a DOCTYPE; leave it out, a feed needs none")

    def _other(self, _: str) -> None:
        self._silence = 0


class _Item:
    """An item that has begun: its attributes, those in Google's namespace before plain ones."""

    def __init__(self, line: int, depth: int) -> None:
        self.depth = depth
        self._line = line
        self._google: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        self._faults: list[Fault] = []
        self._target: dict[str, str] | None = None
        self._name = ""
        self._parts: list[str] = []
        self._length = 0

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        self._name = name
        self._parts = []
        self._length = 0
        if namespace == _GOOGLE:
            self._target = self._google
        else:
            self._target = self._plain if namespace in _PLAIN else None
        if "href" in attributes:  # an Atom link
            self.text(attributes["href"])

    def text(self, text: str) -> None:
        self._length += len(text)
        if self._length <= _LONGEST_TEXT:
            self._parts.append(text)

    def end(self) -> None:
        if self._target is None:
            return
        if self._length > _LONGEST_TEXT:
            self._faults.append(Fault(self._name, f"is longer than {_LONGEST_TEXT} characters"))
        value = "".join(self._parts).strip()
        if value:
            self._target.setdefault(self._name, value)
        self._target = None

    def read(self) -> Item:
        found = {**self._plain, **self._google}
        if self._faults:
            return Rejected(self._line, found.get("id", ""), tuple(self._faults))
        return Entry(self._line, found)
