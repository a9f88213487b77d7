from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.peers import MEMORY, PEERS, Peer, environments
from bench.peers.environments import VERSION, missing, on_debian
from bench.peers.peer import ServedOgrom

PYTHON = {"ogrom", "ogrom-threads", "flask-fair", "fastapi"}


def test_everybody_in_python_can_run_on_debians(peer: Callable[..., Peer]) -> None:
    """In another environment, under another name and title; peers that are not in Python are left out."""
    moved = on_debian({**PEERS, "rust": peer("rust")})
    assert set(moved) >= PYTHON
    assert not {"rust", "clojure", "fastify"} & set(moved)
    for name in PYTHON:
        before, after = (
            each.command(MEMORY, Path("/catalogue.json"), 1, 1, 8) for each in (PEERS[name], moved[name])
        )
        assert before[0] != after[0]
        assert before[1:] == after[1:]
        assert f"-{VERSION}/bin/" in after[0]
        assert moved[name].name == f"{name}@{VERSION}"
        assert moved[name].title == f"{PEERS[name].title}, Python {VERSION}"
        assert moved[name].environment(MEMORY) == PEERS[name].environment(MEMORY)


def test_an_earlier_ogrom_stays_where_it_was_installed(peer: Callable[..., Peer]) -> None:
    """Its environment belongs to its commit."""
    then = replace(peer("then"), command=ServedOgrom(Path("/elsewhere")))
    assert on_debian({"then": then}) == {}


def test_what_is_missing_comes_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a machine without Debian's Python."""
    monkeypatch.setattr(environments, "DEBIAN", tmp_path / "python3.13")
    assert missing() == f"{tmp_path}/python3.13; on Debian 13: apt-get install python3.13"
    (tmp_path / "python3.13").touch()
    assert missing() == ""
