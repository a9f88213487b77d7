import urllib.request
from pathlib import Path

import pytest

from ogrom.sources.testing import reserved_port
from ogrom_tools.command import Failed
from ogrom_tools.index import made, serving

SECONDS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path / "index", {})


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=SECONDS) as response:
        data: bytes = response.read()
        return data


def test_it_serves_until_the_block_is_left(folder: Path) -> None:
    """Then nobody listens, and the port is free for the next."""
    with reserved_port() as port:
        for _ in range(2):
            with serving(folder, port) as url:
                assert url == f"http://127.0.0.1:{port}/simple/"
                assert b"Simple index" in read(url)
            with pytest.raises(OSError, match="refused"):
                read(url)


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    """And what to do."""
    with (
        serving(folder) as url,
        pytest.raises(Failed, match="--port 9000"),
        serving(folder, int(url.split(":")[2][:-8])),
    ):
        pass


def test_nothing_outside_of_it_is_served(folder: Path) -> None:
    """Whatever is asked for."""
    (folder.parent / "secret").write_text("secret")
    with serving(folder) as url, pytest.raises(OSError, match="404"):
        read(url.replace("simple/", "..%2fsecret"))
