"""MariaDB: a private server that lives as long as a `with` block."""

import itertools
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import mysql.connector
from mysql.connector.connection_cext import CMySQLConnection

from .ports import reserved_port, wait_until
from .programs import CERTIFICATE, LAYOUT, MariaDBMissing, copy_template, program, user

_HOST = "127.0.0.1"
_START_SECONDS = 120.0
_STOP_SECONDS = 60.0

_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own in it
# What the tests of a project need, in bytes.
_ROOM = 2 * 1024**3

# Small and quick to start, but as durable as production's: every commit is flushed.
_OPTIONS = (
    *LAYOUT,
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=64M",
    "--performance-schema=OFF",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--max-connections=100",
)


class MariaDB:
    """A MariaDB server of one's own, on a free loopback port, with its data in a temporary folder.

    Attributes:
        url: the server's URL without a database.
    """

    def __init__(self, *options: str, in_memory: bool = False) -> None:
        """Choose nothing yet; the server starts with the `with` block.

        Args:
            options: further ones of mariadbd, such as `--skip-ssl`; they win over this module's own.
            in_memory: whether the data are in memory, if there is enough of it. Nothing waits for a disk then, and
                most tests do little else. It is not for tests of what a crash may lose: there the server maps its
                log into memory, and nothing is lost even where it does not flush it.
        """
        self._options = options
        self._in_memory = in_memory
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._held = ExitStack()
        self.port = 0

    @property
    def url(self) -> str:
        """The server's URL without a database."""
        return f"mysql://root@{_HOST}:{self.port}"

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(self._names)}"
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        return f"{self.url}/{name}"

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            MariaDBMissing: it is not installed, or does not start.
        """
        # A short path, because that of the socket may have 107 characters at most.
        self._folder = Path(
            tempfile.mkdtemp(prefix="ogrom-mariadb-", dir=_memory() if self._in_memory else None)
        )
        try:
            # Its own, because a server that starts deletes the temporary tables of all others in the same folder.
            (self._folder / "tmp").mkdir()
            copy_template(self._folder / "data", self._folder / "tmp")
            self.port = self._held.enter_context(reserved_port())
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the server and delete its data."""
        if self._process is not None:
            self.kill()
        self._held.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server on the data it has, on the port it had, and wait until it answers."""
        assert self._folder is not None, "use MariaDB in a with block"
        with (self._folder / "log").open("ab") as log:
            # The server inherits that Python ignores SIGXFSZ: too large a file is an error then, as on a full disk.
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, restore_signals=False)
        ended = self._process.poll
        if (
            not wait_until(lambda: self._answers() or ended() is not None, _START_SECONDS)
            or ended() is not None
        ):
            text = (self._folder / "log").read_text(errors="replace")
            raise MariaDBMissing(f"the server does not start: {text[-2000:]}")

    def stop(self) -> None:
        """Stop the server as its operator would; the data stays for another `start`."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def kill(self) -> None:
        """End the server as a crash would, by SIGKILL; the data stays for another `start`."""
        process, self._process = self._process, None
        assert process is not None, "the server does not run"
        process.kill()
        process.wait()

    def pause(self) -> None:
        """Let the server hang, by SIGSTOP: its port accepts, and does not answer."""
        os.kill(self.pid, signal.SIGSTOP)
        # The signal stops one thread after the other; the last one tells us.
        os.waitid(os.P_PID, self.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let the server go on, by SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Let no file of the server grow beyond the size of its largest one, as a full disk would."""
        assert self._folder is not None, "use MariaDB in a with block"
        largest = max(path.stat().st_size for path in (self._folder / "data").rglob("*") if path.is_file())
        soft, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (largest, most))
        try:
            yield
        finally:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (soft, most))

    def _command(self) -> list[str]:
        assert self._folder is not None
        certificate = self._folder / "data" / CERTIFICATE
        return [
            program("mariadbd", "mysqld"),
            "--no-defaults",
            f"--user={user()}",
            f"--datadir={self._folder / 'data'}",
            f"--tmpdir={self._folder / 'tmp'}",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'pid'}",
            f"--bind-address={_HOST}",
            f"--port={self.port}",
            *((f"--ssl-cert={certificate}", f"--ssl-key={certificate}") if certificate.exists() else ()),
            *_OPTIONS,
            *self._options,
        ]

    def _connected(self) -> CMySQLConnection:
        return CMySQLConnection(host=_HOST, port=self.port, user="root")

    def _answers(self) -> bool:
        try:
            self._connected().close()
        except mysql.connector.Error:
            return False
        return True


def _memory() -> Path | None:
    """The file system in memory; None where it is missing or small."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ROOM else None
    except OSError:
        return None
