"""An index is a function of the ledger: its files are built from history, and its pages are made of both."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogrom_tools import ledger as ledgers
from ogrom_tools.artefact import digest
from ogrom_tools.command import Failed
from ogrom_tools.ledger import NPM, WHEEL, Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.wheelhouse import Wheelhouse, metadata_in

from .packuments import packuments
from .pages import pages
from .stores import FILES, METADATA, PACKUMENTS, Store, base, in_folder

PORT = 8418
"""Where the local index is served, on 127.0.0.1: the source that locks name, so it is the same for everybody."""


def bring_up(store: Store, wheelhouse: Wheelhouse, ledger: Ledger, url: str = "") -> Sequence[Release]:
    """Bring an index up to what the ledger says, bit for bit, as often as one likes; the releases that it lacked.

    Wheels come before the pages that list them, so that clients never see half of a release. One that was brought up
    to a later ledger, as by a job that this one has waited for, stays as it is.

    Args:
        store: the index.
        wheelhouse: which builds what is missing.
        ledger: what it shall hold.
        url: where people reach it, `https://index.example/simple/`; npm's packages need that.

    Raises:
        Failed: it has other bytes of a release, or was made of another history.
    """
    if is_ahead(store, ledger):
        return ()
    held = _wheels(store, ledger)
    if wrong := [each.artefact for each, wheel in held.items() if not _is_good(each, wheel)]:
        raise Failed(
            f"The index has other bytes than the ledger's: {', '.join(wrong)}. Remove them and find out who wrote them."
        )
    lacking = wheelhouse.wheels(each for each in ledger if each not in held)
    wheels = {**held, **{each: path.read_bytes() for each, path in lacking.items()}}
    for name, data in {**_files(wheels, url), ledgers.FILE: ledger.text.encode()}.items():
        if store.read(name) != data:
            store.write(name, data)
    return tuple(lacking)


def is_ahead(store: Store, ledger: Ledger) -> bool:
    """Whether an index was brought up to a later ledger.

    Raises:
        Failed: neither is a part of the other.
    """

    def lines(ledger: Ledger) -> set[str]:
        """Nothing of these is ever taken back."""
        return {
            text for each in ledger for text in (each.artefact, each.is_yanked and f"{each}, yanked") if text
        }

    ours, theirs = lines(ledger), lines(Ledger.parse((store.read(ledgers.FILE) or b"").decode()))
    if theirs - ours and ours - theirs:
        alone, lacking = (", ".join(sorted(each)) for each in (theirs - ours, ours - theirs))
        raise Failed(
            f"The index has {alone}, and this ledger has {lacking}: they are of two histories. "
            "Publish from the branch that everybody has: git pull"
        )
    return bool(theirs - ours)


def local(workspace: Workspace, wheelhouse: Wheelhouse, ledger: Ledger, port: int = PORT) -> Path:
    """The index of this checkout, .ogrom/index, with all releases, to be served at this port; its folder.

    Nobody else takes wheels from it, so what is not as the ledger says is made again.

    Raises:
        Failed: a wheel cannot be built again.
    """
    path = workspace.root / ".ogrom" / "index"
    store = in_folder(path)
    good = {FILES + each.artefact for each, wheel in _wheels(store, ledger).items() if _is_good(each, wheel)}
    for name in store.names(FILES):
        if name.removesuffix(METADATA) not in good:
            print(f"{path / name} does not follow from the ledger, and is removed.")
            (path / name).unlink(missing_ok=True)
    (path / ledgers.FILE).unlink(missing_ok=True)  # of another branch, perhaps
    bring_up(store, wheelhouse, ledger, f"http://127.0.0.1:{port}/simple/")
    return path


def made(path: Path, wheels: Mapping[Release, Path]) -> Path:
    """An index of these wheels alone, in an empty folder; the folder."""
    store = in_folder(path)
    for name, data in _files({each: wheel.read_bytes() for each, wheel in wheels.items()}, "").items():
        store.write(name, data)
    return path


def differences(store: Store, ledger: Ledger, url: str = "") -> Iterator[str]:
    """A sentence for each file that is not, to the last byte, what follows from the ledger and the index's URL.

    Where the index can be listed, for each that does not follow from it, too.
    """
    held = _wheels(store, ledger)
    good = {each: data for each, data in held.items() if _is_good(each, data)}
    for release in ledger:
        if release not in good:
            name, told = FILES + release.artefact, f", and the ledger says {release.sha256}"
            found = held.get(release)
            yield f"{name} is missing." if found is None else f"{name} has the sha256 {digest(found)}{told}."
    metadata = {
        each: metadata_in(good[each]) if each in good else store.read(FILES + each.artefact + METADATA) or b""
        for each in ledger
        if each.kind == WHEEL
    }
    packages = {each: good.get(each) for each in ledger if each.kind == NPM}
    # What npm is told of a package follows from all its tarballs.
    broken = {each.distribution for each, data in packages.items() if data is None}
    whole = {each: data for each, data in packages.items() if data and each.distribution not in broken}
    wanted = {FILES + each.artefact + METADATA: data for each, data in metadata.items()}
    wanted |= {ledgers.FILE: ledger.text.encode(), **pages(metadata), **packuments(whole, base(url))}
    for name, data in wanted.items():
        if (served := store.read(name)) != data:
            yield f"{name} is {'missing' if served is None else 'not what follows from the ledger'}."
    known = {*wanted, *(FILES + each.artefact for each in ledger), *(PACKUMENTS + each for each in broken)}
    yield from (f"{name} does not follow from the ledger." for name in store.names() if name not in known)


def _wheels(store: Store, ledger: Ledger) -> Mapping[Release, bytes]:
    """The wheels of these releases that it has."""
    # A bucket answers in some 20 ms.
    with ThreadPoolExecutor(16) as pool:
        found = pool.map(lambda each: store.read(FILES + each.artefact), ledger)
        return {each: wheel for each, wheel in zip(ledger, found, strict=True) if wheel is not None}


def _files(wheels: Mapping[Release, bytes], url: str) -> Mapping[str, bytes]:
    """All files of an index of these releases; those that a page names come before it."""
    tarballs = {each: wheel for each, wheel in wheels.items() if each.kind == NPM}
    metadata = {each: metadata_in(wheel) for each, wheel in wheels.items() if each not in tarballs}
    files = {FILES + each.artefact + METADATA: data for each, data in metadata.items()}
    files |= {FILES + each.artefact: wheel for each, wheel in wheels.items()}
    return {**files, **pages(metadata), **packuments(tarballs, base(url))}


def _is_good(release: Release, wheel: bytes) -> bool:
    return digest(wheel) == release.sha256
