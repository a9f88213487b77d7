"""A rehearsal for the commands of the deploy program: everything starts with a command and ends with it."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom_deploy.config import Config, Connection, parsed
from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.stores import FolderStore

from . import versions
from .database import Database
from .platform import Rehearsal
from .starters import Processes

# As in production, but for the seconds: the balancer looks five times a second here.
SETTINGS = {
    "OGROM_DEMO_PRODUCTS": "0",
    "OGROM_DRAIN_GRACE": "1.5",
    "OGROM_DRAIN_TIMEOUT": "20",
    "OGROM_LOG": "json",
}
"""What every instance finds in its environment, besides its database."""

PRODUCTS = 500
"""How many the demo in the database has."""

_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What deploy.toml can say under [rehearsal].

    Attributes:
        live: the folder of the installation with the traffic at first, as `ogrom_tools.image.installation` makes it.
        instances: on how many instances.
    """

    live: str
    instances: int = 2


class Connected(Rehearsal):
    """A rehearsal that lasts until it is closed, with all that belongs to it."""

    def __init__(self, start: Processes, parts: ExitStack) -> None:
        """Choose how instances are started, and what ends with it."""
        super().__init__(start)
        self._all = parts

    def close(self) -> None:
        """End everything."""
        self._all.close()


def connect(config: Config) -> Connection:
    """Start a database, a balancer and the live version."""
    options = parsed(config.rehearsal, Options, "[rehearsal]")
    live = versions.at(Path(options.live))
    parts = ExitStack()
    with ExitStack() as unless_connected:
        unless_connected.callback(parts.close)
        folder = Path(parts.enter_context(TemporaryDirectory(prefix="ogrom-rehearsal-")))
        database = parts.enter_context(Database())
        database.fill(versions.program(live), PRODUCTS)
        start = Processes(folder, SETTINGS | {"OGROM_DATABASE_URL": database.url})
        platform = parts.enter_context(Connected(start, parts))
        _serve(platform, live, options.instances)
        unless_connected.pop_all()
    return Connection(platform, FolderStore(folder / "store"), config.policy)


def _serve(platform: Rehearsal, live: Version, instances: int) -> None:
    """Have blue serve the live version."""
    platform.publish(live)
    platform.deploy("blue", live)
    platform.scale("blue", instances)
    end = time.monotonic() + _PATIENCE
    while not (fleet := platform.observe()).blue.serves(live.label):
        if time.monotonic() > end:
            causes = "; ".join(fleet.blue.causes) or "it is not ready"
            raise PlatformError(f"{live.label} does not serve within {_PATIENCE:.0f} s: {causes}")
        time.sleep(0.1)
