"""Checks that the peers' responses are right: `./dev bench peers.check [NAME ...]`.

Each must answer with the same bytes as Ogrom, and do all of HTTP that its group claims; it is started over both stores,
with one process and with two. Every contender is checked before it is measured.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench.database import COLLAGES, MARKET, export_catalogue, seeded_database
from bench.measure.asking import connected
from bench.measure.options import plain_parser

from . import MEMORY, PEERS, Peer
from .peer import Group
from .running import PeerFailed, running

_EVERY = 10
_UNKNOWN = 999_999_999


class Catalogue(msgspec.Struct, frozen=True):
    """The file of `bench.database.export_catalogue`, each view as bytes."""

    products: dict[str, msgspec.Raw]
    collages: msgspec.Raw

    @classmethod
    def read(cls, path: Path) -> "Catalogue":
        """Read the file."""
        return msgspec.json.decode(path.read_bytes(), type=cls)


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: HTTPMessage
    content: bytes
    is_last: bool
    """Whether the server closes the connection after it."""

    def __getitem__(self, name: str) -> str:
        """A header field; empty if it is missing."""
        return self.headers.get(name, "")

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""


@dataclass(frozen=True)
class Client:
    """Sends requests to a peer, over one connection for as long as it lasts."""

    connection: HTTPConnection
    catalogue: Catalogue

    @property
    def product(self) -> str:
        """The path of a product that exists."""
        return product(next(iter(self.catalogue.products)))

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request; `If_None_Match` stands for the field If-None-Match."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers=fields)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read(), response.will_close)


Claim = Callable[[Client], Iterator[str]]


def product(id: str) -> str:
    """The path of a product."""
    return f"{MARKET}/products/{id}"


def same_bytes(client: Client) -> Iterator[str]:
    """Products and the page of collages have the same bytes as Ogrom's."""
    ids = list(client.catalogue.products)
    wanted = {product(id): client.catalogue.products[id] for id in (*ids[::_EVERY], ids[-1])}
    for path, content in {**wanted, COLLAGES: client.catalogue.collages}.items():
        answer = client.ask(path)
        if answer.status != 200 or answer.media_type != "application/json":
            yield f"{path}: {answer.status} {answer.media_type}, not 200 application/json"
        elif answer.content != bytes(content):
            yield f"{path}: not the bytes of Ogrom: {answer.content[:200]!r}"


def kept_open(client: Client) -> Iterator[str]:
    """Connections are kept open, which load generators rely on."""
    if client.ask(client.product).is_last:
        yield "the connection is closed after the response"


def not_found(client: Client) -> Iterator[str]:
    """A missing product is a 404."""
    status = client.ask(product(str(_UNKNOWN))).status
    if status != 404:
        yield f"a product that does not exist: {status}, not 404"


def unmodified(client: Client) -> Iterator[str]:
    """A peer that sends entity tags answers If-None-Match with 304; RFC 9110, 13.1.2."""
    for path in (client.product, COLLAGES):
        tag = client.ask(path)["ETag"]
        if not tag:
            continue
        for known in (tag, f'"another", {tag}'):
            answer = client.ask(path, If_None_Match=known)
            if answer.status != 304 or answer.content:
                yield f"{path}: If-None-Match: {known}: {answer.status}, not 304"
        if client.ask(path, If_None_Match='"another"').status != 200:
            yield f"{path}: another If-None-Match: not 200"


def unmodified_fields(client: Client) -> Iterator[str]:
    """A 304 repeats the fields that caches use, which flask-smorest's does not; RFC 9110, 15.4.5."""
    for path in (client.product, COLLAGES):
        whole = client.ask(path)
        answer = client.ask(path, If_None_Match=whole["ETag"])
        for name in ("ETag", "Cache-Control", "Vary"):
            if answer[name] != whole[name]:
                yield f"{path}: {name} of a 304: {answer[name]!r}, but {whole[name]!r} of a 200"


def fields(client: Client) -> Iterator[str]:
    """The header fields of a 200."""
    patterns = {
        "ETag": r'(W/)?"[^"]+"',
        "Cache-Control": "public, .*",
        "Vary": "(.*, *)?Accept(,.*)?",
        "Content-Language": "de-DE",
        "X-Request-Id": ".+",
    }
    for path in (client.product, COLLAGES):
        answer = client.ask(path)
        for name, pattern in patterns.items():
            if not re.fullmatch(pattern, answer[name], re.IGNORECASE):
                yield f"{path}: {name}: {answer[name]!r} is not {pattern}"
        if client.ask(path)["X-Request-Id"] == answer["X-Request-Id"]:
            yield f"{path}: two requests have the same X-Request-Id"


def next_page(client: Client) -> Iterator[str]:
    """A page links to the next one; RFC 8288."""
    following = msgspec.json.decode(client.catalogue.collages)["next"]
    link = client.ask(COLLAGES)["Link"]
    if following is not None and not re.fullmatch(rf'<{re.escape(following)}>; *rel="?next"?', link):
        yield f"{COLLAGES}: Link: {link!r} does not lead to {following}"


def negotiated(client: Client) -> Iterator[str]:
    """Accept is respected; RFC 9110, 12.5.1 and 15.5.7."""
    yield from _problem(client.ask(client.product, Accept="text/csv"), 406)
    for accepted in ("application/*;q=0.5", "text/csv, */*;q=0.1", "application/json"):
        if client.ask(client.product, Accept=accepted).status != 200:
            yield f"Accept: {accepted}: not 200"


def methods(client: Client) -> Iterator[str]:
    """Other methods get a 405 with Allow; RFC 9110, 15.5.6."""
    for method in ("PUT", "DELETE"):
        answer = client.ask(client.product, method)
        yield from _problem(answer, 405)
        allowed = {name.strip() for name in answer["Allow"].split(",")}
        if not {"GET", "HEAD"} <= allowed:
            yield f"{method}: Allow: {answer['Allow']!r} lacks GET or HEAD"


def head(client: Client) -> Iterator[str]:
    """HEAD is GET without the content; RFC 9110, 9.3.2."""
    for path in (client.product, COLLAGES):
        whole, answer = client.ask(path), client.ask(path, "HEAD")
        if answer.status != 200 or answer.content:
            yield f"HEAD {path}: {answer.status}, not 200 without content"
        for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Vary", "Content-Language"):
            if answer[name] != whole[name]:
                yield f"HEAD {path}: {name}: {answer[name]!r}, but {whole[name]!r} for GET"


def explained(client: Client) -> Iterator[str]:
    """A 404 is a problem document; RFC 9457."""
    yield from _problem(client.ask(product(str(_UNKNOWN))), 404)
    yield from _problem(client.ask("/v1/de-DE/nothing"), 404)


def _problem(answer: Answer, status: int) -> Iterator[str]:
    if answer.status != status:
        yield f"{answer.status}, not {status}"
    elif answer.media_type != "application/problem+json":
        yield f"a {status} is {answer.media_type}, not a problem document"
    elif msgspec.json.decode(answer.content).get("status") != status:
        yield f"the problem document of a {status} has another status"


_ALL: tuple[Claim, ...] = (same_bytes, kept_open, not_found, unmodified)
_FAIR: tuple[Claim, ...] = (
    *_ALL,
    unmodified_fields,
    fields,
    next_page,
    negotiated,
    methods,
    head,
    explained,
)

CLAIMS: Mapping[Group, tuple[Claim, ...]] = {
    "plain": _ALL,
    "framework": _ALL,
    "fair": _FAIR,
    "jvm": _FAIR,
    "ogrom": _FAIR,
}
"""The claims of each group."""


def faults(url: str, group: Group, catalogue: Path) -> tuple[str, ...]:
    """What is wrong with a running peer of a group, a line each; none if it may be measured."""
    connection = connected(url)
    client = Client(connection, Catalogue.read(catalogue))
    found: list[str] = []
    try:
        for claim in CLAIMS[group]:
            found.extend(f"{claim.__name__}: {fault}" for fault in claim(client))
    except (OSError, HTTPException) as error:
        found.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()
    return tuple(found)


_SHOWN = 5


class WrongPeer(RuntimeError):
    """A peer does not do what it claims."""


def require(peer: Peer, url: str, catalogue: Path) -> None:
    """Refuse to measure a peer that is wrong.

    Raises:
        WrongPeer: with what is wrong.
    """
    if found := faults(url, peer.group, catalogue):
        raise WrongPeer(f"{peer.name} is not measured: {'; '.join(found[:_SHOWN])}")


def checked(peer: Peer, store: str, catalogue: Path, processes: int) -> tuple[str, ...]:
    """Start a peer, and say what is wrong with it, a line each."""
    try:
        with running(peer, store, catalogue, processes) as started:
            # A JVM is one process that uses every processor.
            if peer.group != "jvm" and len(started.process_ids) < processes:
                return (f"{len(started.process_ids)} processes, not {processes}",)
            return faults(started.url, peer.group, catalogue)
    except PeerFailed as error:
        return (str(error),)


def main(arguments: Sequence[str]) -> int:
    """Check peers, and print a table.

    Returns:
        1 if any is wrong.
    """
    parser = plain_parser("peers.check", __doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a peer; without names, all of them")
    names = parser.parse_args(arguments).names or list(PEERS)
    if unknown := set(names) - set(PEERS):
        parser.error(f"no peer is called {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    console, wrong = Console(width=110), False
    table = Table("peer", "group", "memory", "memory, 2 processes", "MariaDB", "MariaDB, 2 processes")
    with tempfile.TemporaryDirectory() as folder, seeded_database() as url:
        catalogue = export_catalogue(url, Path(folder))
        for name in names:
            peer, cells = PEERS[name], []
            for store, processes in ((MEMORY, 1), (MEMORY, 2), (url, 1), (url, 2)):
                found = checked(peer, store, catalogue, processes)
                wrong |= bool(found)
                cells.append(f"{len(found)} wrong" if found else "right")
                for fault in found[:_SHOWN]:
                    console.print(f"{name}: {fault}", markup=False)
            table.add_row(name, f"{peer.group}: {len(CLAIMS[peer.group])} claims", *cells)
    console.print(table)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
