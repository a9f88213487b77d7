"""A platform in memory for whoever wants to try the program out: a file keeps it from command to command."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..config import Config, Connection, parsed
from ..model import Colour, Weights
from ..stores import FolderStore
from .behaviour import Behaviour
from .platform import Memory

VERSIONS = {
    "bad": Behaviour(error_rate=0.1),
    "slow": Behaviour(p99=0.4),
    "sick": Behaviour(healthy=False),
    "broken": Behaviour(status=500),
}
"""Versions to see the way back with; all others are well."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What deploy.toml can say under [memory].

    Attributes:
        folder: where the platform is kept, with its lock and history.
        live: what has the traffic at first.
        instances: on how many instances.
        speed: how many seconds go by in one; 0 for all at once.
        versions: how versions behave.
    """

    folder: str = ".ogrom/deploy-memory"
    live: str = "v1"
    instances: int = 2
    speed: float = 0.0
    versions: Mapping[str, Behaviour] = field(default_factory=lambda: VERSIONS)


@dataclass(frozen=True)
class Kept:
    """What is kept of it: the versions and sizes, and the traffic; whatever went on is over by the next command."""

    now: float
    weights: Weights
    versions: Mapping[Colour, str]
    instances: Mapping[Colour, int]


@dataclass
class Trial(Memory):
    """A platform in memory that a file keeps."""

    file: Path = Path()
    speed: float = 0.0

    def wait(self, seconds: float) -> None:
        """Let so much time go by, as fast as was asked for."""
        if self.speed:
            time.sleep(seconds / self.speed)
        super().wait(seconds)

    def close(self) -> None:
        """Write it down."""
        versions: dict[Colour, str] = {each.colour: each.version for each in self.sides}
        instances: dict[Colour, int] = {each.colour: len(each.machines) for each in self.sides}
        kept = Kept(self.now(), self.weights, versions, instances)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(msgspec.json.encode(kept))


def connect(config: Config) -> Connection:
    """Go on where the last command ended."""
    options = parsed(config.memory, Options, "[memory]")
    folder = Path(options.folder)
    trial = Trial(options.versions, file=folder / "platform.json", speed=options.speed)
    if trial.file.exists():
        kept = msgspec.json.decode(trial.file.read_bytes(), type=Kept)
        for colour, label in kept.versions.items():
            trial.settle(colour, label, kept.instances[colour])
        trial.shift(kept.weights)
        trial.wait(kept.now - trial.now())
    else:
        trial.settle("blue", options.live, options.instances)
    return Connection(trial, FolderStore(folder / "store"), config.policy)
