"""Something for a `with` block that is made of parts, and begins with all of them or not at all."""

import os
import shutil
import subprocess
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from ogrom_deploy.ports import PlatformError


class Lifecycle:
    """Ends its parts with the block, the last one first; also where one of them does not begin."""

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._parts = ExitStack()

    def start_parts(self, parts: ExitStack) -> None:
        """Begin every part.

        Args:
            parts: takes what is to end with the block.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            self.start_parts(parts)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()


# Where a plain user's PATH does not look.
_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")


def find(name: str, packages: str) -> str:
    """The path of a program.

    Args:
        name: of it.
        packages: of Debian that bring it.

    Raises:
        PlatformError: it is not installed.
    """
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *_FOLDERS)))
    if found is None:
        raise PlatformError(
            f"{name} is not installed; on Debian and Ubuntu: apt-get install --no-install-recommends {packages}"
        )
    return found


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """End a program by SIGTERM, and by SIGKILL where it has not within so many seconds."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_words(output: bytes) -> str:
    """The end of what a program said: that is where it says why it gave up."""
    return output.decode(errors="replace").strip()[-2000:]
