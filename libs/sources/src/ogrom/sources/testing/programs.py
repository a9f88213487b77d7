"""The programs of a MariaDB server, and how to make an empty data folder with them."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_SERVERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")
"""Where servers are installed, and an ordinary user's PATH does not look."""


class MariaDBMissing(RuntimeError):
    """There is no MariaDB server on this machine, or it does not start."""


def find_program(*names: str) -> str | None:
    """The path of the first of these programs that is installed, on PATH or where servers are; None if none is."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_SERVERS))
    found = (shutil.which(name, path=path) for name in names)
    return next(filter(None, found), None)


def program(*names: str) -> str:
    """The path of the first of these programs of MariaDB that is installed.

    Raises:
        MariaDBMissing: none is.
    """
    if found := find_program(*names):
        return found
    raise MariaDBMissing(
        f"{' or '.join(names)} not found on PATH or in /usr/sbin; "
        "install MariaDB, on Debian and Ubuntu: apt-get install mariadb-server-core mariadb-client-core"
    )


def user() -> str:
    """The user that runs this; as root, the programs insist on knowing."""
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


# The layout of the files of a data folder. Program and server must agree, or the server would make them again.
LAYOUT = ("--innodb-log-file-size=16M",)

CERTIFICATE = "ogrom-server.pem"
"""The server's key and certificate, in the data folder; without it each start makes one, for up to a second."""

# What was written before the machine lost its power may be damaged.
_BOOT = Path("/proc/sys/kernel/random/boot_id")

_UNUSED_SECONDS = 7 * 24 * 3600


def copy_template(data: Path, tmp: Path) -> None:
    """Begin the data folder `data`, with temporary files in `tmp`.

    Raises:
        MariaDBMissing: there is no template yet, and the program that makes it is not installed or fails.
    """
    try:
        template = _template(tmp)
    except OSError:
        # There is nowhere to keep one.
        _make(data, tmp)
    else:
        subprocess.run(["cp", "-a", template, data], check=True)


def _template(tmp: Path) -> Path:
    """The template of this user, made if need be; several processes may want it at once."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ogrom-mariadb"
    template = cache / _key()
    try:
        os.utime(template)
    except FileNotFoundError:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_unused(cache)
        with tempfile.TemporaryDirectory(dir=cache) as made:
            _make(Path(made, "data"), tmp)
            # If there is one by now, another process was first, and has made the same.
            with suppress(OSError):
                Path(made, "data").rename(template)
        os.utime(template)
    return template


def _key() -> str:
    server = Path(program("mariadbd", "mysqld")).resolve()
    # Another release is another file.
    found = (server, server.stat().st_size, server.stat().st_mtime_ns, LAYOUT, user(), _BOOT.read_text())
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _make(data: Path, tmp: Path) -> None:
    install(data, tmp, *LAYOUT)
    openssl = shutil.which("openssl")
    if openssl is not None:
        file = str(data / CERTIFICATE)
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "36500")
        command = [openssl, "req", "-x509", *key, "-subj", "/CN=localhost", "-keyout", file, "-out", file]
        subprocess.run(command, capture_output=True, check=True)


def _remove_unused(cache: Path) -> None:
    for folder in cache.iterdir():
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < time.time() - _UNUSED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
