"""Compares every file that an index serves with what the ledger says of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from ogrom_tools import ledger as ledgers
from ogrom_tools.ledger import Ledger, Release

from .pages import File, pages
from .stores import FILES, METADATA, Store


def differences(store: Store, ledger: Ledger) -> Iterator[str]:
    """A sentence for each file that is not, to the last byte, what follows from the ledger.

    Where the index can be listed, for each that does not follow from it, too.
    """
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda each: _compared(store, each), ledger))
    files, wanted = [], {ledgers.FILE: ledger.text.encode()}
    for release, (file, sentences) in zip(ledger, found, strict=True):
        yield from sentences
        files.append(file)
        wanted |= dict.fromkeys((FILES + release.artefact, FILES + release.artefact + METADATA), b"")
    wanted |= pages(files)
    for name, data in wanted.items():
        if not name.startswith(FILES) and (served := store.read(name)) != data:
            yield f"{name} is {'missing' if served is None else 'not what follows from the ledger'}."
    if store.lists:
        yield from (
            f"{name} does not follow from the ledger." for name in store.names() if name not in wanted
        )


def _compared(store: Store, release: Release) -> tuple[File, list[str]]:
    name = FILES + release.artefact
    data, metadata = store.read(name), store.read(name + METADATA)
    file, said = File(release.artefact, release.sha256, metadata or b"", release.yanked), []
    if data is None:
        said.append(f"{name} is missing.")
    elif (digest := sha256(data).hexdigest()) != release.sha256:
        said.append(f"{name} has the sha256 {digest}, and the ledger says {release.sha256}.")
    elif metadata != (file := File.of(release, data)).metadata:
        said.append(
            f"{name}{METADATA} is {'missing' if metadata is None else 'not what the wheel has in it'}."
        )
    return file, said
