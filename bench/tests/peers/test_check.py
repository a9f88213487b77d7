from collections.abc import Callable
from pathlib import Path

import pytest

from bench.peers import MEMORY, Peer
from bench.peers.check import CLAIMS, WrongPeer, checked, main, require
from bench.peers.running import running

pytestmark = pytest.mark.slow


def test_a_peer_that_does_what_it_claims_is_right(standard: Callable[..., Peer], catalogue: Path) -> None:
    """Without a planted fault, none is found."""
    assert checked(standard(), MEMORY, catalogue, processes=1) == ()


@pytest.mark.parametrize("planted", [claim.__name__ for claim in CLAIMS["fair"]])
def test_each_fault_is_found(standard: Callable[..., Peer], catalogue: Path, planted: str) -> None:
    """By the claim that it violates."""
    found = checked(standard(planted=planted), MEMORY, catalogue, processes=1)
    assert {fault.split(":")[0] for fault in found} >= {planted}


def test_nobody_must_do_more_than_it_claims(standard: Callable[..., Peer], catalogue: Path) -> None:
    """A plain peer needs no negotiation, but the right bytes."""
    assert checked(standard("plain", "negotiated"), MEMORY, catalogue, processes=1) == ()
    assert checked(standard("plain", "same_bytes"), MEMORY, catalogue, processes=1)


def test_a_wrong_peer_is_not_measured(standard: Callable[..., Peer], catalogue: Path) -> None:
    """The error says why."""
    wrong = standard(planted="same_bytes")
    expected = pytest.raises(
        WrongPeer, match=r"standard is not measured: same_bytes: .*not the bytes of Ogrom"
    )
    with running(wrong, MEMORY, catalogue) as started, expected:
        require(wrong, started.url, catalogue)


def test_two_processes_are_counted(standard: Callable[..., Peer], catalogue: Path) -> None:
    """A peer with one process instead of two would be compared unfairly."""
    assert checked(standard(), MEMORY, catalogue, processes=2) == ("1 processes, not 2",)


def test_every_group_must_have_the_bytes() -> None:
    """Whatever else it claims."""
    assert all(CLAIMS["plain"] == claims[: len(CLAIMS["plain"])] for claims in CLAIMS.values())


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names those that exist."""
    with pytest.raises(SystemExit):
        main(["rails"])
    assert "no peer is called rails; there are ogrom, ogrom-threads, flask-plain" in capsys.readouterr().err
