"""An index is a function of the ledger: its wheels are built from history, and its pages are made of both."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogrom_tools import ledger as ledgers
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.wheelhouse import Wheelhouse

from .pages import File, pages
from .stores import FILES, METADATA, Store, in_folder

PORT = 8418
"""Where the local index is served, on 127.0.0.1: the source that locks name, so it is the same for everybody."""


def bring_up(store: Store, wheelhouse: Wheelhouse, ledger: Ledger) -> Sequence[Release]:
    """Bring an index up to what the ledger says, bit for bit; as often as one likes.

    Wheels come before the pages that tell of them, so that an index which is being brought up is whole. One that was
    brought up to a later ledger, as by a job that this one has waited for, stays as it is.

    Args:
        store: where the index is.
        wheelhouse: has the wheels that it lacks.
        ledger: what it shall hold.

    Returns:
        The releases that it lacked.

    Raises:
        Failed: it has other bytes of a release, or was made of another history.
    """
    if is_ahead(store, ledger):
        return ()
    held = _held(store, ledger)
    if wrong := [each for each, data in held.items() if _digest(data) != each.sha256]:
        names = ", ".join(each.artefact for each in wrong)
        raise Failed(
            f"The index has other bytes than the ledger's: {names}. Remove them and find out who wrote them."
        )
    lacking = wheelhouse.wheels(each for each in ledger if each not in held)
    _hold(store, {**held, **{each: path.read_bytes() for each, path in lacking.items()}})
    _put(store, ledgers.FILE, ledger.text.encode())
    return tuple(lacking)


def is_ahead(store: Store, ledger: Ledger) -> bool:
    """Whether an index was brought up to a later ledger.

    Raises:
        Failed: neither is a part of the other.
    """
    kept = Ledger.parse((store.read(ledgers.FILE) or b"").decode())
    ours, theirs = map(_told, (ledger, kept))
    if theirs <= ours:
        return False
    if ours <= theirs:
        return True
    raise Failed(
        f"The index has {', '.join(sorted(theirs - ours))}, and this ledger has {', '.join(sorted(ours - theirs))}: "
        "they are of two histories. Publish from the branch that everybody has: git pull"
    )


def local(workspace: Workspace, wheelhouse: Wheelhouse, ledger: Ledger) -> Path:
    """The index of this checkout, .ogrom/index, with all releases; its folder.

    Nobody else takes wheels from it, so what is not as the ledger says is made again.

    Raises:
        Failed: a wheel cannot be built again.
    """
    path = workspace.root / ".ogrom" / "index"
    store = in_folder(path)
    for release, data in _held(store, ledger).items():
        if _digest(data) != release.sha256:
            print(f"{path / FILES / release.artefact} was not what the ledger says, and is made again.")
            (path / FILES / release.artefact).unlink()
    wanted = {FILES + each.artefact for each in ledger}
    for name in store.names(FILES):
        if name.removesuffix(METADATA) not in wanted:
            (path / name).unlink()
    (path / ledgers.FILE).unlink(missing_ok=True)  # of another branch, perhaps
    bring_up(store, wheelhouse, ledger)
    return path


def made(path: Path, wheels: Mapping[Release, Path]) -> Path:
    """An index of these wheels alone, in an empty folder; the folder."""
    _hold(in_folder(path), {each: wheel.read_bytes() for each, wheel in wheels.items()})
    return path


def _told(ledger: Ledger) -> set[str]:
    """What a ledger says; nothing of it is ever taken back."""
    yanked = {f"{each.artefact}, yanked" for each in ledger if each.is_yanked}
    return {each.artefact for each in ledger} | yanked


def _held(store: Store, ledger: Ledger) -> Mapping[Release, bytes]:
    names = frozenset(store.names(FILES))
    releases = [each for each in ledger if FILES + each.artefact in names]
    # A bucket answers in some 20 ms.
    with ThreadPoolExecutor(16) as pool:
        found = pool.map(lambda each: store.read(FILES + each.artefact) or b"", releases)
        return dict(zip(releases, found, strict=True))


def _hold(store: Store, wheels: Mapping[Release, bytes]) -> None:
    """Have it hold these wheels, and pages of them."""
    files = {each: File.of(each, wheel) for each, wheel in wheels.items()}
    for release, wheel in wheels.items():
        _put(store, FILES + release.artefact + METADATA, files[release].metadata)
        _put(store, FILES + release.artefact, wheel)
    for name, page in pages(files.values()).items():
        _put(store, name, page)


def _put(store: Store, name: str, data: bytes) -> None:
    """Have it hold these bytes; only what differs is written."""
    if store.read(name) != data:
        store.write(name, data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
