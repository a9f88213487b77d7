"""The environments of the peers in Python, also on Debian's Python, and of Ogrom at an earlier commit.

Debian builds its Python with profile-guided and link-time optimisation; a Python that a developer has built often has
neither.
"""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ogrom_tools import environment
from ogrom_tools.environment import Environment, Pinned, Tree
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.pins.released import from_wheels
from ogrom_tools.projects import discover

from .peer import ROOT, Peer, PythonPeer, ServedOgrom, ogrom_settings

DEBIAN = Path("/usr/bin/python3.13")
VERSION = DEBIAN.name.removeprefix("python")

PEERS_ENVIRONMENT = Environment(ROOT / ".nox" / "bench", Pinned(ROOT, "bench"))
"""The environment of the peers in Python; made when the first of them is started."""


def missing() -> str:
    """What this machine lacks for Debian's Python; empty if nothing."""
    return "" if DEBIAN.is_file() else f"{DEBIAN}; on Debian 13: apt-get install {DEBIAN.name}"


def on_debian(peers: Mapping[str, Peer]) -> Mapping[str, Peer]:
    """The peers that run in Python, on Debian's, by their own names."""
    moved = {name: _moved(peer) for name, peer in peers.items()}
    return {name: peer for name, peer in moved.items() if peer is not None}


def _moved(peer: Peer) -> Peer | None:
    title = f"{peer.title}, Python {VERSION}"
    match peer.command:
        case PythonPeer():
            where = _peers()
            command: PythonPeer | ServedOgrom = replace(peer.command, environment=where.folder)
        case ServedOgrom(environment) if environment == ServedOgrom.environment:
            where = _ogrom()
            command = ServedOgrom(where.folder)
        case _:
            return None
    return replace(
        peer,
        name=f"{peer.name}@{VERSION}",
        title=title,
        command=command,
        prepare=where.sync,
        missing=missing,
    )


@cache
def _peers() -> Environment:
    return Environment(ROOT / ".nox" / f"bench-{VERSION}", Pinned(ROOT, "bench"), str(DEBIAN))


@cache
def _ogrom() -> Environment:
    return Environment(ROOT / ".nox" / f"test-{VERSION}", Tree(discover(ROOT)), str(DEBIAN))


@dataclass(frozen=True)
class _Deployed:
    """The content of an environment that runs a deployed commit."""

    deployable: Deployable

    @property
    def files(self) -> Sequence[Path]:
        """None, since the pins of a commit never change."""
        return ()

    def install(self, python: Path) -> None:
        """Install it.

        Raises:
            Failed: something cannot be built from history, or has another hash.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            parts = self.deployable.assemble(folder)
            file = folder / "requirements.txt"
            file.write_text(from_wheels(parts.pins, parts.wheels), encoding="utf-8")
            environment.install(ROOT, python, f"--requirements={file}", "--compile-bytecode")


def earlier(revision: str) -> Peer:
    """Ogrom at a git revision as a contender, installed.

    Raises:
        Failed: git knows no such revision, or the pinned releases cannot be built from history.
    """
    deployable = Deployable.of(discover(ROOT), revision)
    made = Environment(ROOT / ".nox" / f"bench-{deployable.label}", _Deployed(deployable))
    made.sync()
    return Peer(
        f"ogrom-{deployable.label}",
        f"Ogrom at {deployable.label}",
        "ogrom",
        "As Ogrom's.",
        ServedOgrom(made.folder, _options(made)),
        ogrom_settings,
    )


def _options(made: Environment) -> tuple[str, ...]:
    """Those of ours that a commit knows."""
    command = (made.command("ogrom-api"), "serve", "--help")
    known = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(each for each in ServedOgrom.options if each in known)
