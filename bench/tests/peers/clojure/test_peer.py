from pathlib import Path

import pytest

from bench.peers.clojure import CLOJURE, java


def test_what_is_missing_comes_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any Java, the list includes Debian's."""
    monkeypatch.setattr(java, "newest", lambda: None)
    monkeypatch.setattr(java, "missing_packages", lambda: ("libbidi-clojure",))
    assert CLOJURE.missing() == (
        "Debian's openjdk-25-jre-headless, libbidi-clojure; run ./dev bench peers.install clojure"
    )


def test_with_everything_there_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is one of the peers."""
    monkeypatch.setattr(java, "newest", lambda: java.Java((21,), Path("/java")))
    monkeypatch.setattr(java, "missing_packages", tuple)
    assert CLOJURE.missing() == ""
