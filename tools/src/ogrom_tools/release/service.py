"""The service on what is released: its pins moved, its lock written and its tests run, in a work tree of its own."""

from collections.abc import Mapping

from packaging.version import Version

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pinning import Pinning, Releases, served, tested
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Project, Workspace, discover


def services(workspace: Workspace) -> tuple[Project, ...]:
    """Those that pin releases."""
    return tuple(each for each in workspace.released if not each.is_library and read(each))


def moved(
    workspace: Workspace, service: Project, commit: str, versions: Mapping[str, Version]
) -> tuple[Mapping[str, str], str]:
    """The service's files with these releases pinned, and the last line of its tests.

    Args:
        workspace: the checkout, whose wheels are used.
        service: the project.
        commit: holds the ledger with the releases.
        versions: by the libraries' names.

    Raises:
        Failed: they do not fit the other pins, Poetry finds nothing that fits, or a test fails.
    """
    with Repository(workspace.root).worktree(commit) as root:
        (root / ".ogrom").mkdir()
        (root / ".ogrom" / "wheels").symlink_to(workspace.root / ".ogrom" / "wheels")
        clone = discover(root)
        pinning = Pinning(clone, clone[service.name], Ledger.read(clone.root))
        pinned = sorted(versions.keys() & read(pinning.service).keys())
        with served(clone, pinning.service, pinning.ledger):
            wanted: Releases = pinning.wanted(
                [word for name in pinned for word in (name, str(versions[name]))]
            )
            pinning.write(wanted)
        files = {
            each.relative_to(clone.root).as_posix(): each.read_text(encoding="utf-8")
            for each in pinning.files
        }
        return files, tested(pinning)
