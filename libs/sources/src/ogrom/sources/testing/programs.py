"""The programs of a MariaDB server, and how to make an empty data folder with them."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

# Servers live where a plain user's PATH does not look.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"))


class MariaDBMissing(RuntimeError):
    """There is no MariaDB server on this machine, or it does not start."""


def program(*names: str) -> str:
    """The path of the first of `names` that is installed.

    Raises:
        MariaDBMissing: none is.
    """
    for name in names:
        found = shutil.which(name, path=_PATH)
        if found is not None:
            return found
    raise MariaDBMissing(
        f"{' or '.join(names)} not found on PATH or in /usr/sbin; "
        "install MariaDB, on Debian and Ubuntu: apt-get install mariadb-server-core mariadb-client-core"
    )


def user() -> str:
    """Who runs this; as root the programs insist on being told."""
    return pwd.getpwuid(os.getuid()).pw_name


def install(data: Path, tmp: Path, *options: str) -> None:
    """Create the system tables in the folder `data`, with temporary files in `tmp`.

    Args:
        options: further ones of mariadbd.

    Raises:
        MariaDBMissing: the program is not installed, or fails.
    """
    command = [
        program("mariadb-install-db", "mysql_install_db"),
        "--no-defaults",
        f"--datadir={data}",
        f"--tmpdir={tmp}",
        f"--user={user()}",
        "--auth-root-authentication-method=normal",
        "--skip-name-resolve",
        "--skip-test-db",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MariaDBMissing(f"{command[0]} failed: {done.stdout}{done.stderr}")
