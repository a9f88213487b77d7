"""Sees that a client which is released is made from a contract, and can be tried with each later service."""

import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ogrom_tools.client.generated import FOLDER, files
from ogrom_tools.command import Failed
from ogrom_tools.contracts.document import Json, text
from ogrom_tools.contracts.history import FOLDER as CONTRACTS, Contracts, Entry, notice_of, raised
from ogrom_tools.contracts.named import TREE
from ogrom_tools.git import Repository
from ogrom_tools.npm.node import install, npm
from ogrom_tools.npm.trial import SMOKE
from ogrom_tools.pins.clients import SMOKE as PROGRAM
from ogrom_tools.projects import Package, Project, Workspace

_LINE = re.compile(r'^CONTRACT = "(.*)"$', re.MULTILINE)


def named(workspace: Workspace, project: Project) -> str:
    """The contract that a client says it is made from, `5.0.0+tree` if from what the tree offers since; "" for none.

    The clients are the npm packages and ogrom-client.
    """
    if isinstance(project, Package):
        return str(project.content.get("contract", ""))
    module = workspace.root / FOLDER / "models.py"
    has_module = module.is_relative_to(project.folder) and module.exists()
    found = _LINE.search(module.read_text(encoding="utf-8")) if has_module else None
    return found[1] if found else ""


def made_from(workspace: Workspace, project: Project, offered: Json | None, reason: str = "") -> str:
    """The version of the contract with which a client is released; "" for what is no client.

    Of one that is made from the tree, it is the version that this gets when the service pins what is released.

    Args:
        workspace: the checkout.
        project: the client, or another project.
        offered: the contract of the service with all that is released; None where it does not run, or nothing is.
        reason: why it breaks clients without notice; "" if it must not.

    Raises:
        Failed: it names no contract, has not what that gives, or no program with which each later service is tried.
    """
    contracts, version = Contracts.read(workspace.root), named(workspace, project)
    is_package = isinstance(project, Package)
    if not (version or is_package):
        return ""
    _refuse_untried(project)
    if version in {each.version for each in contracts.entries}:
        _refuse_old(workspace, project, (workspace.root / CONTRACTS / f"{version}.json").read_text("utf-8"))
        return version
    if offered and version.endswith(f"+{TREE}"):
        _refuse_old(workspace, project, text(offered, version))
        entry = Entry(version="", date=dt.datetime.now(dt.UTC).date().isoformat())
        new = raised(contracts, offered, entry, notice=notice_of(workspace.root), reason=reason)
        return new.entry.version if new else contracts.entries[-1].version
    if version and not contracts.entries:
        return version
    what = f'{project.manifest}, as "contract": "1.2.3"' if is_package else f"{FOLDER}, by ./dev client"
    raise Failed(
        f"{project.name} must name the contract that it is made from: {what}; contracts/ has no {version!r}."
    )


def _refuse_untried(client: Project) -> None:
    if isinstance(client, Package):
        what, has_one = (
            f"{client.manifest} needs a script {SMOKE!r}",
            SMOKE in client.content.get("scripts", {}),
        )
    else:
        what, has_one = f"{client.folder} needs a {PROGRAM}", (client.folder / PROGRAM).exists()
    if not has_one:
        raise Failed(
            f"{what}, a program that uses the service at OGROM_URL: each later service is tried with it."
        )


def _refuse_old(workspace: Workspace, client: Project, contract: str) -> None:
    if old := list(_differing(workspace, client, contract)):
        command = "npm run types" if isinstance(client, Package) else "./dev client"
        raise Failed(
            f"{client.name} is made from the contract {named(workspace, client)}, which gives another "
            f"{', '.join(old)}. Run: {command}"
        )


def _differing(workspace: Workspace, client: Project, contract: str) -> Iterator[str]:
    """The files of a client that become others when they are made from its contract again."""
    repository = Repository(workspace.root)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        if isinstance(client, Package):
            repository.export(repository.tree("HEAD", client.place), root / client.place)
            (root / CONTRACTS).mkdir()
            (root / CONTRACTS / f"{named(workspace, client)}.json").write_text(contract, encoding="utf-8")
            install(root / client.place)
            npm(root / client.place, "run", "types", "--if-present")
        else:
            (root / FOLDER).mkdir(parents=True)
            for module, content in files(json.loads(contract), named(workspace, client)).items():
                (root / FOLDER / module).write_text(content, encoding="utf-8")
        for path in repository("ls-tree", "-r", "--name-only", "HEAD", client.place).splitlines():
            made = root / path
            if made.exists() and made.read_text(encoding="utf-8") != repository.show("HEAD", path):
                yield path
