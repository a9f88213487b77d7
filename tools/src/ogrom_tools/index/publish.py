"""Puts wheels into an index, and makes its pages of what it holds and of what the ledger says."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import PREFIX
from ogrom_tools.wheelhouse import Wheel

from .layout import FILES, METADATA, YANKED
from .simple import File, pages
from .store import Store, is_name


def publish(store: Store, release: Release, wheel: Path) -> None:
    """Put the wheel of a release into an index; no page tells of it before `refresh`.

    Done again it does nothing, and finishes what was stopped.

    Args:
        store: where the index is.
        release: what the ledger says, or will say.
        wheel: its file.

    Raises:
        Conflict: the version is published already, with other bytes.
        Failed: the file is not what the ledger says.
    """
    read = Wheel.read(wheel)
    if read.sha256 != release.sha256 or wheel.name != release.wheel:
        raise Failed(
            f"{wheel} is not the wheel of {release}: the ledger says {release.wheel}, sha256 {release.sha256}; "
            f"it has {read.sha256}."
        )
    add(store, read)


def add(store: Store, wheel: Wheel) -> None:
    """Put a wheel and its metadata into an index.

    Raises:
        Conflict: the version is published already, with other bytes.
        Failed: it is not one of our projects, or not what its name says.
    """
    _check_name(wheel)
    # The wheel first: its name is what two publishers compete for.
    store.create(FILES + wheel.path.name, wheel.path.read_bytes())
    store.create(FILES + wheel.path.name + METADATA, wheel.metadata_bytes)


def refresh(store: Store, ledger: Ledger) -> None:
    """Make the pages of an index anew; only those that change are written.

    They tell of each wheel that the index holds, though this ledger be behind and not know it yet. A yank leaves
    a mark beside the wheel, so an older ledger does not undo it. Of two who do this at once, the last one to
    write looks again afterwards, and so tells of the other's wheel too.

    Raises:
        Failed: others publish all the time.
    """
    for release in ledger:
        if release.is_yanked:
            write(store, FILES + release.wheel + YANKED, release.yanked.encode())
    for _ in range(10):
        held = tuple(store.names(FILES))
        for name, page in pages(_files(store, held, ledger)).items():
            write(store, name, page)
        if held == tuple(store.names(FILES)):
            return
    raise Failed("Others published all the while, so the pages may miss a wheel. Do it again.")


def write(store: Store, name: str, data: bytes) -> None:
    """Replace what is there, unless it is the same."""
    if store.read(name) != data:
        store.replace(name, data)


@contextmanager
def opened(name: str, data: bytes) -> Iterator[Wheel]:
    """A wheel that is only bytes yet, as a file.

    Raises:
        Failed: it is none, or its name is not a file's.
    """
    if not is_name(name) or "/" in name:
        raise Failed(f"{name!r} is no name of a file.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        yield Wheel.read(path)


def _files(store: Store, held: Sequence[str], ledger: Ledger) -> Sequence[File]:
    known = {each.wheel: each.sha256 for each in ledger}

    def file(wheel: str) -> File:
        # The ledger's word first: were the wheel exchanged, clients would refuse it.
        sha256 = known.get(wheel) or hashlib.sha256(_read(store, FILES + wheel)).hexdigest()
        yanked = store.read(FILES + wheel + YANKED) or b""
        return File(wheel, sha256, _metadata(store, wheel), yanked.decode())

    wheels = [name.removeprefix(FILES) for name in held if name.endswith(".whl")]
    # A bucket answers in some 20 ms, and each wheel has two small files.
    with ThreadPoolExecutor(16) as pool:
        return tuple(pool.map(file, wheels))


def _metadata(store: Store, wheel: str) -> bytes:
    """The METADATA beside the wheel; put there now if a publisher was stopped before it did."""
    kept = store.read(FILES + wheel + METADATA)
    if kept is None:
        with opened(wheel, _read(store, FILES + wheel)) as read:
            kept = read.metadata_bytes
        store.create(FILES + wheel + METADATA, kept)
    return kept


def _read(store: Store, name: str) -> bytes:
    if (data := store.read(name)) is None:
        raise Failed(f"{name} was there a moment ago; who deletes from the index?")
    return data


def _check_name(wheel: Wheel) -> None:
    try:
        name, version, *_ = parse_wheel_filename(wheel.path.name)
    except InvalidWheelFilename as problem:
        raise Failed(f"{wheel.path.name} is no name of a wheel; publish wheels only.") from problem
    if not name.startswith(PREFIX):
        # A client that asks us first would be given ours for what everybody else calls so.
        raise Failed(f"The index is for {PREFIX}* only, and {name} is not ours.")
    inside = wheel.metadata
    if (name, version) != (canonicalize_name(inside.name), inside.version):
        raise Failed(f"{wheel.path.name} says in itself that it is {inside.name} {inside.version}.")
