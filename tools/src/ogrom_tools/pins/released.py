"""The environment of `./dev serve`: the service in the work tree, on the releases that it pins, checked by hash."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ogrom_tools import environment
from ogrom_tools.command import Failed, poetry
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.lockfile import FILE
from ogrom_tools.pins.pyproject import read
from ogrom_tools.progress import say
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.requirements import Pin, parse
from ogrom_tools.wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Released:
    """A service on the releases that its poetry.lock pins."""

    workspace: Workspace
    service: Project

    @property
    def lock(self) -> Path:
        """The service's poetry.lock."""
        return self.service.folder / FILE

    @property
    def files(self) -> Sequence[Path]:
        """The lock, and the service's pyproject.toml."""
        return (self.lock, self.service.pyproject)

    def install(self, python: Path) -> None:
        """Install what is locked; our own wheels are built from history, so no index of ours is needed.

        Raises:
            Failed: the lock is out of date, a wheel cannot be rebuilt, or a hash differs.
        """
        wheels = released_wheels(self.workspace, read(self.service))
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "requirements.txt"
            file.write_text(from_wheels(exported(self.service), wheels), encoding="utf-8")
            say("Installing them, and what else the service locks ...")
            packages = (f"--requirements={file}", f"--editable={self.service.folder}")
            environment.install(self.workspace.root, python, *packages, "--compile-bytecode")


def released_wheels(
    workspace: Workspace, pins: Mapping[str, Version], ledger: Ledger | None = None
) -> Mapping[str, Path]:
    """The wheels of the pinned releases, by published name.

    Args:
        workspace: whose history they are built from.
        pins: the version of each.
        ledger: what the wheels must be; by default the workspace's.

    Raises:
        Failed: a pin names no release, or a wheel cannot be rebuilt from history.
    """
    known = Ledger.read(workspace.root) if ledger is None else ledger
    releases = [known.find(name, str(version)) for name, version in pins.items()]
    wheels = Wheelhouse(workspace).wheels(releases)
    return {release.distribution: wheel for release, wheel in wheels.items()}


def from_wheels(pins: Iterable[Pin], wheels: Mapping[str, Path]) -> str:
    """These pins as requirements with hashes; our own packages come from these wheels.

    Raises:
        Failed: one of our packages has no wheel.
    """
    return "\n".join(_from_wheel(pin, wheels) if pin.is_ours else pin.text for pin in pins)


def exported(service: Project, *options: str) -> Sequence[Pin]:
    """The pins in the service's lock.

    Args:
        service: the project.
        options: further options of `poetry export`, such as `--all-extras`.

    Raises:
        Failed: the lock does not match the pyproject.toml, or lacks a hash.
    """
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "requirements.txt"
        try:
            poetry("export", "--without-urls", *options, f"--output={file}", f"--directory={service.folder}")
        except Failed as problem:
            raise Failed(
                f"{problem}\nIf the lock does not match its pyproject.toml, run ./dev lock"
            ) from problem
        pins = tuple(parse(file.read_text(encoding="utf-8")))
    if loose := [pin.name for pin in pins if not pin.is_hashed]:
        raise Failed(f"{service.folder / FILE} has no hash of {', '.join(loose)}; run ./dev lock")
    return pins


def _from_wheel(pin: Pin, wheels: Mapping[str, Path]) -> str:
    if pin.name not in wheels:
        raise Failed(f"{FILE} holds {pin.name}, which pyproject.toml does not pin: ./dev pin --all")
    return pin.text.replace(f"{pin.name}=={pin.version}", f"{pin.name} @ {wheels[pin.name].as_uri()}", 1)
