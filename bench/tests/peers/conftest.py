import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.peers import Peer
from bench.peers.peer import Group

PROGRAM = Path(__file__).with_name("standard_peer.py")


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The file of `bench.database.export_catalogue` for two products and a collage."""
    products = {id: {"id": id, "title": "Mütze"} for id in ("1", "7")}
    page = {"items": [{"id": 3}], "next": "/v1/de-DE/collages?limit=20&cursor=x"}
    path = tmp_path / "catalogue.json"
    content = {"products": products, "collages": page}
    path.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False))
    return path


@pytest.fixture
def standard() -> Callable[..., Peer]:
    """Makes a peer of the standard library."""

    def make(group: Group = "fair", planted: str = "nothing") -> Peer:
        def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
            return (sys.executable, str(PROGRAM), str(port), str(catalogue), planted)

        return Peer("standard", "The standard library", group, "It does not.", command)

    return make
