"""The key of development."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from ogrom_tools.serve.token_key import provide_key


def given(path: Path, **environ: str) -> str:
    provide_key(path, environ)
    return environ.get("OGROM_TOKEN_KEY", "")


def test_a_checkout_keeps_its_key(tmp_path: Path) -> None:
    """It is made at first use, long enough, and for its owner only; a token holds over a restart."""
    path = tmp_path / ".nox" / "development.key"
    first = given(path)
    assert len(first) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert given(path) == first
    assert [each.name for each in path.parent.iterdir()] == ["development.key"]
    assert given(tmp_path / "other") != first


def test_who_sets_a_key_gets_none(tmp_path: Path) -> None:
    """Neither beside a secret nor beside public keys, of which the service takes one only."""
    path = tmp_path / "development.key"
    assert given(path, OGROM_TOKEN_KEY="mine") == "mine"
    assert given(path, OGROM_TOKEN_JWKS="keys.json") == ""
    assert not path.exists()
    assert given(path, OGROM_TOKEN_KEY="") != ""


def test_two_at_once_have_one_key(tmp_path: Path) -> None:
    """Whoever comes second goes on with the first one's."""
    path = tmp_path / "development.key"
    pids = iter(range(8))
    with patch("ogrom_tools.serve.token_key.os.getpid", lambda: next(pids)), ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: given(path), range(8)))) == 1
