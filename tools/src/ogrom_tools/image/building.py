"""Builds the image of a revision, always the same one."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ogrom_tools.command import Failed
from ogrom_tools.deployable import Deployable
from ogrom_tools.environment import locked
from ogrom_tools.git import Repository
from ogrom_tools.image import base as bases, context
from ogrom_tools.image.bill import FILE
from ogrom_tools.image.engine import Engine, fitted
from ogrom_tools.progress import say

DOCKERFILE = "deploy/beanstalk/Dockerfile"
"""Its place in the repository."""

FOLDER = Path(".nox", "image")
"""Where what it is built from lies in a checkout."""

NAME = "localhost/ogrom-api-run"


@dataclass(frozen=True)
class Image:
    """An image on this machine, and the engine that has it."""

    engine: Engine
    name: str
    """With its tag."""
    bill: Path
    """What is installed in it, as CycloneDX."""

    @property
    def size(self) -> int:
        """In bytes, the base's layers too."""
        return int(self.engine("image", "inspect", "--format={{.Size}}", self.name))


def build(
    engine: Engine,
    deployable: Deployable,
    *,
    base: bases.Choice = "python",
    tag: str = "",
    source: str = "",
) -> Image:
    """Build the image of a revision, by the Dockerfile that it has.

    Args:
        engine: as `engine.find` gave it.
        deployable: the revision.
        base: what it is built on; of Debian's packages where no registry shall be asked.
        tag: the image's name; by default our name and the revision's label.
        source: the web address of the repository; by default that of the remote `origin`.

    Raises:
        Failed: something is missing or cannot be built; it says what to do.
    """
    folder = deployable.workspace.root / FOLDER
    name = tag or f"{NAME}:{deployable.label}"
    with locked(folder / ".lock"):
        return _build(engine, deployable, base, folder, name, source)


def _build(
    engine: Engine, deployable: Deployable, base: bases.Choice, folder: Path, name: str, source: str
) -> Image:
    files, dockerfile = folder / deployable.label, folder / f"{deployable.label}.Dockerfile"
    text = deployable.repository.show(deployable.tree, DOCKERFILE)
    dockerfile.write_text(text, encoding="utf-8")
    found = bases.get(base, engine, text, folder)
    say(f"Finding out how {engine.program} can run a container here ...")
    fit = fitted(engine, found, folder)
    say("Getting the wheels ...")
    parts = context.prepare(deployable, files, folder / "wheels")
    arguments = {
        "BASE": found,
        "CREATED": dt.datetime.fromtimestamp(deployable.epoch, dt.UTC).isoformat(),
        "RELEASE": deployable.label,
        "REVISION": deployable.revision,
        "SOURCE": source or web_address(deployable.repository),
        "SOURCE_DATE_EPOCH": str(deployable.epoch),
        "VERSION": parts.version,
    }
    options = [f"--build-arg={key}={value}" for key, value in arguments.items()]
    # No layer of an earlier build: podman takes one with another revision's labels.
    if fit.program == "podman":
        # OCI's own form has no HEALTHCHECK. Docker's builder takes the time from SOURCE_DATE_EPOCH.
        options += ["--layers=false", "--format=docker", f"--timestamp={deployable.epoch}"]
    else:
        options += ["--no-cache"]
    say(f"Building {name} ...")
    fit("build", "--network=none", f"--file={dockerfile}", f"--tag={name}", *options, str(files))
    return Image(fit, name, files / FILE)


def web_address(repository: Repository) -> str:
    """Where people read the repository: the remote `origin` without user and password; "" if that is no web address."""
    try:
        remote = repository("remote", "get-url", "origin")
    except Failed:
        return ""
    remote = re.sub(r"^git@([^:/]+):", r"https://\1/", remote)
    parts = urlsplit(remote.removesuffix(".git"))
    return f"https://{parts.hostname}{parts.path}" if parts.scheme in {"http", "https"} else ""
