"""What may not be in a poetry.lock or beside it: our names from elsewhere, releases that are none, other bytes."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.lockfile import FILE, Lockfile, Package
from ogrom_tools.pins.pyproject import SOURCE, comes_from, read, short, source
from ogrom_tools.projects import PREFIX, Project, Workspace, is_ours

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def lint(workspace: Workspace, ledger: Ledger) -> tuple[str, ...]:
    """What is wrong with the locks and pins of a checkout, a sentence each; () if nothing is."""
    locked = (each for each in workspace if (each.folder / FILE).exists())
    return tuple(f"{each.name}: {problem}" for each in locked for problem in problems(each, ledger))


def problems(project: Project, ledger: Ledger) -> Iterator[str]:
    """What is wrong with the lock of one project and with its pins."""
    lock, index = Lockfile.read(project.folder), source(project)
    yield from _source_problems(index)
    for package in lock.packages:
        yield from _place_problems(package, index)
    for package in lock.ours:
        yield from _release_problems(package, ledger)
    yield from _pin_problems(project, lock)


def _source_problems(index: Mapping[str, str]) -> Iterator[str]:
    if index.get("priority") != "explicit":
        yield f"the source {SOURCE!r} must have the priority 'explicit', or other names are asked of it"
    if urlsplit(index.get("url", "")).hostname not in LOOPBACK:
        yield f"the source {SOURCE!r} must be the index that a checkout serves itself, on 127.0.0.1"


def _place_problems(package: Package, index: Mapping[str, str]) -> Iterator[str]:
    where = package.source.get("url", "").rstrip("/")
    if package.is_ours and where != index.get("url", "").rstrip("/"):
        other = where or "the public index"
        yield f"{FILE} takes {package.name} from {other}; whoever has the name there decides what we run"
    if not package.is_ours and package.source:
        yield f"{FILE} takes {package.name} from {where}; only our own names come from elsewhere"


def _release_problems(package: Package, ledger: Ledger) -> Iterator[str]:
    release = _release(package, ledger)
    if release is None:
        yield f"{FILE} has {package.name} {package.version}, which is not in the ledger"
        return
    if release.is_yanked:
        yield f"{release} is pinned and yanked: {release.yanked}; take another: ./dev pin {release.project}"
    if package.hashes != {release.artefact: f"sha256:{release.sha256}"}:
        yield f"{FILE} has other bytes of {release} than the ledger; find out whose, then ./dev lock"


def _release(package: Package, ledger: Ledger) -> Release | None:
    releases = ledger.of(short(package.name))
    return next((each for each in releases if each.version == package.version), None)


def _pin_problems(project: Project, lock: Lockfile) -> Iterator[str]:
    pins = {name: str(version) for name, version in read(project).items()}
    locked = {short(package.name): package.version for package in lock.ours}
    required = {short(each.name) for each in project.dependencies if is_ours(each)}
    places = comes_from(project)
    for name in sorted(required | locked.keys()):
        if name not in pins:
            yield f"{name} is not pinned exactly; ./dev pin --all"
        elif pins[name] != locked.get(name):
            yield f"{name} is pinned at {pins[name]} and locked at {locked.get(name)}; ./dev lock"
        if places.get(f"{PREFIX}{name}") != SOURCE:
            yield f'pyproject.toml must say `{PREFIX}{name} = {{ source = "{SOURCE}" }}`, or the public index is asked'
