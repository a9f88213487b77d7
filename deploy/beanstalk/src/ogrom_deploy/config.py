"""The configuration file, deploy.toml: the platform, the names on it, and the policy."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_type_hints

import msgspec

from .model import Colour
from .options import Difference
from .policy import Policy
from .ports import Platform, Store, Tasks

T = TypeVar("T")

FILE = Path("deploy.toml")
PLATFORMS = ("beanstalk", "rehearsal", "memory")
"""Each is an entry point of the group ogrom_deploy.platforms: a function `connect(config: Config) -> Connection`."""

Options: TypeAlias = Mapping[str, Any]
"""A platform's own table, for `parse_table`."""

Drift: TypeAlias = Mapping[Colour, Sequence[Difference]]
"""How each environment differs from its template."""


class Misconfigured(Exception):
    """The configuration cannot be used; the message names the key and says what to write."""


@dataclass(frozen=True)
class Names:
    """The names of the two environments on the platform."""

    blue: str = "ogrom-blue"
    green: str = "ogrom-green"


@dataclass(frozen=True, kw_only=True)
class Config:
    """What deploy.toml says.

    Attributes:
        platform: one of PLATFORMS.
        application: the platform's name for what is deployed.
        region: such as eu-central-1.
        environments: their names.
        policy: how careful to be.
        beanstalk, rehearsal, memory: the platform's own table.
    """

    platform: str = "beanstalk"
    application: str = "ogrom"
    region: str = ""
    environments: Names = field(default_factory=Names)
    policy: Policy = field(default_factory=Policy)
    beanstalk: Options = field(default_factory=dict)
    rehearsal: Options = field(default_factory=dict)
    memory: Options = field(default_factory=dict)

    @property
    def options(self) -> Options:
        """The table of the platform that is used."""
        table: Options = getattr(self, self.platform)
        return table


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Connection:
    """A platform and its store.

    Attributes:
        platform: where versions run.
        store: where the lock and the history are.
        policy: how careful to be there.
        drift: compares the environments with their template; nothing if they have none.
        close: ends what the platform has opened; every command calls it at its end.
        tasks: what is done to the database; None where the platform cannot.
    """

    platform: Platform
    store: Store
    policy: Policy
    drift: Callable[[], Drift] = dict
    close: Callable[[], None] = _nothing
    tasks: Tasks | None = None


def read(file: Path | None, platform: str | None) -> Config:
    """Read the configuration.

    Args:
        file: its path; None for deploy.toml in the working folder, if there is one.
        platform: overrides the file.

    Raises:
        Misconfigured: the file cannot be read, or is invalid.
    """
    found = file or (FILE if FILE.exists() else None)
    if not found and platform != "memory":
        raise Misconfigured(
            f"There is no {FILE} here. Write one (deploy/beanstalk/README.md shows it), name another by --config, "
            "or try things out with --platform memory."
        )
    try:
        raw = tomllib.loads(found.read_text()) if found else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Misconfigured(f"{found} cannot be read: {problem}") from problem
    config = parse_table(raw | ({"platform": platform} if platform else {}), Config, str(found or FILE))
    if config.platform not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise Misconfigured(
            f"{found or FILE}: platform: {config.platform!r} is unknown; write one of {known}"
        )
    return config


def parse_table(raw: Mapping[str, Any], kind: type[T], where: str) -> T:
    """Make a checked value of a table.

    Args:
        raw: the table.
        kind: the dataclass whose fields are its keys.
        where: the name of the table in messages.

    Raises:
        Misconfigured: a key is unknown, or its value is invalid.
    """
    if wrong := next(_unknown(raw, kind, ""), None):
        raise Misconfigured(f"{where}: {wrong}")
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as problem:
        text, _, path = str(problem).partition(" - at `$")
        key = path.strip(".`")
        raise Misconfigured(f"{where}: {key + ': ' if key else ''}{text}") from problem


def connect(config: Config) -> Connection:
    """Connect to the platform that a configuration names.

    Raises:
        Misconfigured: the platform is not installed, or its table cannot be used.
    """
    found = entry_points(group="ogrom_deploy.platforms", name=config.platform)
    if not found:
        raise Misconfigured(f"The platform {config.platform!r} is not installed here.")
    connection: Connection = found[config.platform].load()(config)
    return connection


def _unknown(raw: object, kind: Any, path: str) -> Iterator[str]:
    """Keys that nothing reads: a typing mistake, which must not go unnoticed."""
    if not (is_dataclass(kind) and isinstance(raw, Mapping)):
        return
    known, hints = [each.name for each in fields(kind)], get_type_hints(kind)
    for key, value in raw.items():
        if key not in known:
            yield f"{path}{key}: unknown; known are {', '.join(known)}"
        else:
            yield from _unknown(value, hints[key], f"{path}{key}.")
