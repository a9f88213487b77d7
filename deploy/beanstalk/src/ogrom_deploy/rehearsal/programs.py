"""Servers that Debian packages: where they are, what they said, and how they end."""

import os
import shutil
import subprocess

from ogrom_deploy.ports import PlatformError

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
