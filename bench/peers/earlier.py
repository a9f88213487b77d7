"""An earlier Ogrom: the service as a commit has it, on the releases that it pinned then, as the ledger knows them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools import environment
from ogrom_tools.environment import Environment
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.pins.released import from_wheels
from ogrom_tools.projects import discover

from .peer import ROOT, Peer, ServedOgrom, ogrom_settings


@dataclass(frozen=True)
class _Deployed:
    """What an environment holds so that it runs what was deployed."""

    deployable: Deployable

    @property
    def files(self) -> Sequence[Path]:
        """None: what a commit pinned never changes."""
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
    """The contender of this git revision, installed.

    Raises:
        Failed: git knows no such revision, or history does not hold what it pinned.
    """
    deployable = Deployable.of(discover(ROOT), revision)
    made = Environment(ROOT / ".nox" / f"bench-{deployable.label}", _Deployed(deployable))
    made.sync()
    return Peer(
        f"ogrom-{deployable.label}",
        f"Ogrom at {deployable.label}",
        "ogrom",
        "As Ogrom's.",
        ServedOgrom(made.folder),
        ogrom_settings,
    )
