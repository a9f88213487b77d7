"""Files as they are found."""

import gzip
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from ogrom.catalogue.entries import BrokenFile
from ogrom.catalogue.files import Form, open_file


def test_gzip_is_known_by_its_bytes(shop: Any) -> None:
    """Not by its name."""
    zipped = gzip.compress(shop.table(shop.row("A1")).encode())
    assert shop.load(zipped).counts == (1, 0, 0)
    assert shop.load(shop.file(shop.table(shop.row("A1")), "shop.tsv.gz")).counts == (0, 0, 1)


def test_a_truncated_gzip_is_told_after_its_good_rows(shop: Any) -> None:
    """What could be read is loaded."""
    rows = [shop.row(f"A{i}", title=f"Kleid {i * 7919 % 10007}") for i in range(5000)]
    zipped = gzip.compress(shop.table(*rows).encode())
    loaded = shop.load(zipped[: len(zipped) // 2])
    assert loaded.broken == "it ends in the middle of its gzip data; copy it again"
    assert 1000 < loaded.stored.new < 5000


def test_a_damaged_gzip(shop: Any) -> None:
    """Also where only its checksum tells."""
    zipped = bytearray(gzip.compress(shop.table(shop.row("A1")).encode()))
    zipped[-6] ^= 1
    loaded = shop.load(bytes(zipped))
    assert loaded.broken.startswith("its gzip data is damaged: CRC check failed")
    assert shop.load(b"\x1f\x8b rubbish").broken.startswith("its gzip data is damaged")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"id\ttitle", Form.TSV),
        (b'\xef\xbb\xbf {"like": {}}', Form.JSON_LINES),
        (b"\xef\xbb\xbf\n<?xml ?>", Form.XML),
    ],
)
def test_the_form_is_told_by_the_first_bytes(shop: Any, content: bytes, form: Form) -> None:
    """Not by the name."""
    with open_file(shop.file(content)) as file:
        assert file.form is form


def test_a_reader_knows_how_far_it_is(shop: Any) -> None:
    """In bytes of the file on disk, compressed or not."""
    path = shop.file(os.urandom(300_000).replace(b"\n", b"n"), "noise.gz")
    with open_file(path) as file:
        assert file.size == path.stat().st_size
        first = file.position
        while file.read(2**16):
            pass
        assert first < file.position == file.size


def test_a_pipe_has_no_size(tmp_path: Path) -> None:
    """But is read all the same."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"id\ttitle\n",))
    writer.start()
    with open_file(pipe) as file:
        assert (file.size, file.position, file.readline(100)) == (None, 0, b"id\ttitle\n")
    writer.join()


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    """It is said in one line."""
    with pytest.raises(BrokenFile, match="it cannot be read: "), open_file(tmp_path / name):
        pass
