"""What every store must do: the folder and the bucket run the same tests."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from types_boto3_s3 import S3Client

from ogrom_tools.command import Failed
from ogrom_tools.index import Conflict, Folder, Store
from ogrom_tools.index.s3 import S3


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1")


@pytest.fixture(params=["folder", "bucket", "bucket with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path, client: S3Client) -> Store:
    if request.param == "folder":
        return Folder(tmp_path / "index")
    bucket, prefix = str(uuid.uuid4()), "" if request.param == "bucket" else "python/"
    client.create_bucket(Bucket=bucket)
    # Others' objects, which look much like ours.
    client.put_object(Bucket=bucket, Key="files/other" if prefix else "file", Body=b"")
    return S3(bucket, prefix, client)


def test_what_is_created_can_be_read(store: Store) -> None:
    """Byte for byte."""
    every_byte = bytes(range(256)) * 5
    store.create("files/tea.whl", every_byte)
    assert store.read("files/tea.whl") == every_byte


@pytest.mark.parametrize("name", ["files/coffee.whl", "files/", "files", "", "files/tea.whl/more"])
def test_what_is_not_there_is_none(store: Store, name: str) -> None:
    """Nor is a folder something to read."""
    store.create("files/tea.whl", b"1")
    assert store.read(name) is None


def test_the_same_bytes_can_be_created_again(store: Store) -> None:
    """A publisher that was interrupted begins again."""
    store.create("files/tea.whl", b"1")
    store.create("files/tea.whl", b"1")
    assert store.read("files/tea.whl") == b"1"


@pytest.mark.parametrize("other", [b"2", b"", b"11"])
def test_other_bytes_are_a_conflict(store: Store, other: bytes) -> None:
    """The first ones stay, and the person learns what to do."""
    store.create("files/tea.whl", b"1")
    with pytest.raises(Conflict, match=r"(?s)files/tea\.whl is published already.*release a new version"):
        store.create("files/tea.whl", other)
    assert store.read("files/tea.whl") == b"1"


def test_what_is_replaced_is_new(store: Store) -> None:
    """Whether or not something was there."""
    store.replace("simple/index.html", b"1")
    store.replace("simple/index.html", b"2")
    assert store.read("simple/index.html") == b"2"


def test_names_are_in_order(store: Store) -> None:
    """Those that begin so, at any depth; of an empty store, none."""
    assert list(store.names("files/")) == []
    for name in ("files/b", "simple/a", "files/c/d", "files/a"):
        store.create(name, os.urandom(8))
    assert list(store.names("files/")) == ["files/a", "files/b", "files/c/d"]
    assert list(store.names("files/b")) == ["files/b"]
    assert {"files/a", "simple/a"} <= set(store.names(""))


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", ".hidden", "a/.b", "a//b", "a/", "a\0b", ""])
def test_not_everything_is_a_name(store: Store, name: str) -> None:
    """What one store would take, another could not."""
    assert store.read(name) is None
    for write in (store.create, store.replace):
        with pytest.raises(Failed, match="Nothing in an index can be called"):
            write(name, b"1")
