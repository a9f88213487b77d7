"""A MariaDB server of the rehearsal's own, filled by the service's own program, that can be restarted under load."""

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom_deploy.ports import PlatformError

from . import programs
from .loopback import HOST, reservation
from .whole import Whole

_NAME = "ogrom"
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_FILL_SECONDS = 300.0
_PACKAGES = "mariadb-server-core mariadb-client-core"

# Small and quick to start, but as durable as production's: every commit is flushed.
_OPTIONS = (
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--performance-schema=OFF",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--max-connections=500",
)


class Database(Whole):
    """A server on a loopback port of its own, with its data in a temporary folder, for a `with` block."""

    def __init__(self) -> None:
        """Choose nothing yet; the server starts with the `with` block."""
        super().__init__()
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """What OGROM_DATABASE_URL is to be."""
        return f"mysql://root@{HOST}:{self._port}/{_NAME}"

    def begin(self, parts: ExitStack) -> None:
        """Make the server's data, start it and make a database.

        Raises:
            PlatformError: it is not installed, or does not start.
        """
        self._port = parts.enter_context(reservation()).getsockname()[1]
        # A short path, because that of the socket may have 107 characters at most.
        folder = TemporaryDirectory(prefix="ogrom-db-", ignore_cleanup_errors=True)
        self._folder = Path(parts.enter_context(folder))
        # Its own, because a server that starts deletes the temporary tables of all others in the same folder.
        (self._folder / "tmp").mkdir()
        self._install()
        parts.callback(self.stop)
        self.start()

    def fill(self, program: Sequence[str], products: int) -> None:
        """Let the service's own program make the tables and fill them.

        Args:
            program: the command of a version's `ogrom-api`.
            products: how many.

        Raises:
            PlatformError: it could not.
        """
        plain = {key: value for key, value in os.environ.items() if not key.startswith("OGROM_")}
        for arguments in (("migrate",), ("demo", "--products", str(products))):
            done = subprocess.run(
                (*program, *arguments),
                env=plain | {"OGROM_DATABASE_URL": self.url},
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_FILL_SECONDS,
            )
            if done.returncode:
                raise PlatformError(
                    f"`ogrom-api {' '.join(arguments)}` failed: {programs.last_words(done.stdout)}"
                )

    def start(self) -> None:
        """Start the server on the data it has, on the port it had, and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise PlatformError(
                    f"MariaDB does not start: {programs.last_words((self._folder / 'log').read_bytes())}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server as its operator would; the data stays for another `start`."""
        process, self._process = self._process, None
        if process is not None:
            programs.end(process, _STOP_SECONDS)

    def _install(self) -> None:
        """Make the system tables, by the server itself, and our database with a user who needs no password."""
        command = (
            programs.find("mariadb-install-db", _PACKAGES),
            "--no-defaults",
            f"--datadir={self._folder / 'data'}",
        )
        options = (
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            f"--user={getpass.getuser()}",
        )
        done = subprocess.run(
            (*command, *options), check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=120
        )
        if done.returncode:
            raise PlatformError(
                f"MariaDB cannot make its tables: {programs.last_words(done.stdout + done.stderr)}"
            )
        (self._folder / "first.sql").write_text(f"CREATE DATABASE IF NOT EXISTS {_NAME};\n")

    def _command(self) -> list[str]:
        return [
            programs.find("mariadbd", _PACKAGES),
            "--no-defaults",
            f"--user={getpass.getuser()}",
            f"--datadir={self._folder / 'data'}",
            f"--tmpdir={self._folder / 'tmp'}",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'pid'}",
            f"--init-file={self._folder / 'first.sql'}",
            f"--bind-address={HOST}",
            f"--port={self._port}",
            *_OPTIONS,
        ]

    def _answers(self) -> bool:
        """Whether it greets: a server that still recovers accepts nobody, and one that runs the file first neither."""
        try:
            with socket.create_connection((HOST, self._port), timeout=1.0) as connection:
                return len(connection.recv(5)) == 5
        except OSError:
            return False
