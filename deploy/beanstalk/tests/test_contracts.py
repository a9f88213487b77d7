"""The adapters that need nothing but this process keep the contract of their port."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.beanstalk.tests.faults import MemoryStore
from ogrom_deploy.contracts import PlatformContract, StoreContract, TasksContract
from ogrom_deploy.memory import MemoryPlatform
from ogrom_deploy.model import Version
from ogrom_deploy.ports import Conflict, Platform, Store, Tasks
from ogrom_deploy.schema import Schema
from ogrom_deploy.stores import FolderStore


class TestMemory(PlatformContract):
    """The platform in virtual time."""

    @pytest.fixture
    def platform(self) -> Platform:
        return MemoryPlatform()

    @pytest.fixture
    def versions(self) -> tuple[Version, Version]:
        return Version("v1"), Version("v2")

    def send(self, platform: Platform, requests: int) -> None:
        """Clients send 200 a second all the time."""
        platform.wait(requests / 200)


class TestMemoryTasks(TasksContract):
    """Tasks in virtual time."""

    @pytest.fixture
    def platform(self) -> MemoryPlatform:
        return MemoryPlatform()

    @pytest.fixture
    def tasks(self, platform: MemoryPlatform) -> Tasks:
        return platform

    @pytest.fixture
    def version(self) -> Version:
        return Version("v1", schema=Schema("0006", "0006", knows="0007"))


class TestMemoryStore(StoreContract):
    """The store in memory."""

    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


class TestFolderStore(StoreContract):
    """The store in a folder."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return FolderStore(tmp_path / "store")


def test_of_many_writers_of_a_folder_one_wins(tmp_path: Path) -> None:
    """However many begin at once, each record has one author, and no write is lost unnoticed."""

    def count(_: int) -> int:
        store, won = FolderStore(tmp_path), 0
        for _ in range(20):
            found = store.read("count")
            value, tag = (int(found[0]), found[1]) if found else (0, None)
            try:
                store.write("count", str(value + 1).encode(), tag=tag)
            except Conflict:
                continue
            won += 1
        return won

    with ThreadPoolExecutor(8) as threads:
        won = sum(threads.map(count, range(8)))
    found = FolderStore(tmp_path).read("count")
    assert found
    assert int(found[0]) == won


def test_a_folder_has_no_record_beside_it(tmp_path: Path) -> None:
    """A name that leads out of the folder, or to our own files, is refused."""
    for name in ("../x", "", "/x", "a//b", ".lock"):
        with pytest.raises(ValueError, match="can be called"):
            FolderStore(tmp_path).read(name)
