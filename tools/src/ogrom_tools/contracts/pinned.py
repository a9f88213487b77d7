"""The contract of the service on the releases that it pins, as the next version in contracts/."""

import datetime as dt
from collections.abc import Iterable

from ogrom_tools.contracts.document import SERVICE, document
from ogrom_tools.contracts.history import Contracts, Entry, Raised, notice_of, raised
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Release
from ogrom_tools.projects import Project, Workspace


def keeps(workspace: Workspace, service: Project) -> bool:
    """Whether this is the service whose contract is kept, and it is."""
    return service.folder == workspace.root / SERVICE and Contracts.read(workspace.root).current is not None


def on(workspace: Workspace, service: str, releases: Iterable[Release], reason: str = "") -> Raised | None:
    """The next version of the contract, if these releases make one.

    Args:
        workspace: the checkout with contracts/.
        service: the id of the tree of the service's folder.
        releases: what it pins.
        reason: why clients are broken without notice; "" if they must not be.

    Raises:
        Failed: it would break them, or the service does not run on these releases.
    """
    pins = {each.project: each for each in sorted(releases, key=lambda each: each.project)}
    trees = (service, *(each.tree for each in pins.values()))
    found, source = document(Repository(workspace.root), trees)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = {name: each.version for name, each in pins.items()}
    entry = Entry(version="", date=today, source=source, pins=versions)
    contracts = Contracts.read(workspace.root)
    return raised(contracts, found, entry, notice=notice_of(workspace.root), reason=reason)
