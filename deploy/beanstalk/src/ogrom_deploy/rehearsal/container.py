"""What is asked of an engine, and of a container that it knows by a name."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from ogrom_deploy.ports import PlatformError

_SECONDS = 30.0


@dataclass(frozen=True)
class Container:
    """One that an engine has, or had, or may have soon.

    Attributes:
        engine: its whole command.
        name: of the container.
    """

    engine: Sequence[str]
    name: str

    def kill(self) -> bool:
        """End it at once; False where it does not run."""
        return ask(self.engine, "kill", self.name).returncode == 0

    def remove(self) -> None:
        """Forget it, whatever has become of it; nothing where there is none."""
        ask(self.engine, "rm", "--force", self.name)

    def favour(self) -> None:
        """Give it a whole share of the processors; the priority of a process counts within its container only.

        Raises:
            PlatformError: the engine cannot.
        """
        done = ask(self.engine, "update", "--cpu-shares=1024", self.name)
        if done.returncode:
            raise PlatformError(f"{self.name} gets no share: {done.stderr.decode(errors='replace').strip()}")

    def pid(self) -> int:
        """Its first process, as this machine counts; 0 while it does not run."""
        told = ask(self.engine, "container", "inspect", "--format={{.State.Pid}}", self.name).stdout.strip()
        return int(told) if told.isdigit() else 0


def ask(engine: Sequence[str], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Have an engine do something, and see what it said and whether it did it.

    Raises:
        PlatformError: it is not there, or says nothing.
    """
    command = (*engine, *arguments)
    try:
        return subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlatformError(f"`{' '.join(command)}` does not work: {error}") from error
