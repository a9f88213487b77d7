import pytest

from bench.peers.fastify import FASTIFY, peer
from bench.peers.peer import missing


def test_what_is_missing_comes_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without Node."""
    monkeypatch.setattr(peer, "is_there", lambda program: False)
    assert missing(FASTIFY) == "Debian's nodejs, npm; run ./dev bench peers.fastify --install"


def test_with_everything_there_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is one of the peers."""
    monkeypatch.setattr(peer, "is_there", lambda program: True)
    assert missing(FASTIFY) == ""
