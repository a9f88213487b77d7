"""What the requests of a mixed load ask for."""

import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import msgspec

from bench.beside.cases import product_paths
from bench.beside.headers import BALANCER
from bench.database import MARKET
from bench.measure.openloop import Kind
from bench.peers.claims import Catalogue

BY_ID, LISTS, SEARCH = "by id", "lists", "search"

SHARES: Mapping[str, float] = {BY_ID: 0.80, LISTS: 0.15, SEARCH: 0.05}

_LISTS = tuple(f"{MARKET}/{each}?limit=20" for each in ("products", "collages", "comments"))
_MOST_WORDS = 200
_WORD = re.compile(r"\w{4,}")


class _Product(msgspec.Struct):
    title: str


def kinds(catalogue: Path) -> Mapping[str, Kind]:
    """Each kind of request with its share.

    Args:
        catalogue: what `bench.database.exported` wrote; searches are for words of its products' titles.
    """
    found = Catalogue.read(catalogue)
    titles = (msgspec.json.decode(each, type=_Product).title for each in found.products.values())
    words = sorted(set(chain.from_iterable(map(_WORD.findall, titles))))
    some = words[:: max(1, len(words) // _MOST_WORDS)]
    paths = {
        BY_ID: product_paths(found.products),
        LISTS: _LISTS,
        SEARCH: tuple(f"{MARKET}/search?q={quote(each)}" for each in some),
    }
    return {name: Kind(paths[name], share, BALANCER) for name, share in SHARES.items()}
