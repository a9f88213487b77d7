"""HAProxy as a process of ours, and the orders it takes over its admin socket."""

import re
import socket
import subprocess
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from ogrom_deploy.model import COLOURS, Colour, Weights
from ogrom_deploy.ports import PlatformError

from . import programs
from .configuration import SLOTS, configuration, name
from .counters import Counters, Statistics, statistics
from .journal import Journal
from .loopback import HOST
from .whole import Whole

_START_SECONDS = 10.0
_ADMIN_SECONDS = 5.0
_STOP_SECONDS = 5.0
_WEIGHT = re.compile(r"^\S+ green (\d+)$", re.MULTILINE)


class HAProxy(Whole):
    """A balancer with one address for clients and one for each colour, on free loopback ports.

    Attributes:
        journal: what it logs.
        ports: by frontend: `live`, `blue`, `green`.
        pid: of its process; 0 while it does not run.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare it; it starts with the `with` block.

        Args:
            folder: an empty one with a short path, for its configuration and its sockets.
        """
        super().__init__()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._counted: list[tuple[float, Mapping[Colour, Counters]]] = []
        self.journal = Journal(folder / "journal")
        self.ports: dict[str, int] = {}

    def begin(self, parts: ExitStack) -> None:
        """Start it, and wait until it takes orders.

        Raises:
            PlatformError: it is not installed, or does not start.
        """
        parts.callback(self.journal.close)
        parts.callback(self._stop)
        self._start()

    @property
    def pid(self) -> int:
        """The number of its process; 0 while it does not run."""
        return self._process.pid if self._process is not None else 0

    def url(self, frontend: str) -> str:
        """The address of a frontend: `live`, `blue` or `green`."""
        return f"http://{HOST}:{self.ports[frontend]}"

    def shift(self, weights: Weights) -> None:
        """Divide new requests so; it holds on return."""
        self._order(f"set map {self._weights} green {weights['green']}")

    def weights(self) -> Weights:
        """How new requests are divided."""
        found = _WEIGHT.search(self.ask(f"show map {self._weights}"))
        if found is None:
            raise PlatformError(f"HAProxy has no weight for green in {self._weights}")
        green = int(found[1])
        return {"blue": 100 - green, "green": green}

    def admit(self, colour: Colour, slot: int, port: int) -> None:
        """Put an instance into a free slot; it gets requests at once, so it is to be ready."""
        # The twin, which gets requests where no instance is ready, is not checked.
        for server in (f"{colour}/{name(slot)}", f"{colour}/{name(slot)}-open"):
            # With a new address HAProxy says what has changed, with the old one that nothing has.
            self.ask(f"set server {server} addr {HOST} port {port}")
            self._order(f"set server {server} state ready")

    def drain(self, colour: Colour, slot: int) -> None:
        """Send no new requests to an instance; those under way stay."""
        self._order(f"set server {colour}/{name(slot)}-open state maint")
        self._order(f"set server {colour}/{name(slot)} state drain")

    def clear(self, colour: Colour, slot: int) -> None:
        """Make a slot free."""
        for server in (f"{colour}/{name(slot)}-open", f"{colour}/{name(slot)}"):
            self._order(f"set server {server} state maint")

    def statistics(self) -> Statistics:
        """What it has counted, and what it thinks of the instances."""
        found = statistics(self.ask("show stat"))
        self._counted.append((time.monotonic(), found.counters))
        return found

    def counted_since(self, moment: float, colour: Colour) -> Counters:
        """What was counted for a colour since the last look before a moment of `time.monotonic()`."""
        now = self.statistics().counters[colour]
        index = bisect_left(self._counted, moment, key=lambda each: each[0])
        return now - (self._counted[index - 1][1][colour] if index else Counters())

    def ask(self, command: str) -> str:
        """Send a command to the admin socket and give the answer.

        Raises:
            PlatformError: it does not answer.
        """
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ADMIN_SECONDS)
                connection.connect(str(self._folder / "admin"))
                connection.sendall(f"{command}\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError as error:
            raise PlatformError(
                f"HAProxy does not take orders at {self._folder / 'admin'}: {error}"
            ) from error
        return answer.decode().strip()

    def _order(self, command: str) -> None:
        """Send a command that answers nothing where it is obeyed."""
        answer = self.ask(command)
        if answer:
            raise PlatformError(f"HAProxy refused `{command}`: {answer}")

    @property
    def _weights(self) -> Path:
        return self._folder / "weights"

    def _start(self) -> None:
        program = programs.find("haproxy", "haproxy")
        self._weights.write_text("green 0\n")
        with ExitStack() as ours:
            # We listen before it runs, so that nobody else takes the ports.
            listeners = {each: ours.enter_context(_listener()) for each in ("live", *COLOURS)}
            self.ports = {each: listener.getsockname()[1] for each, listener in listeners.items()}
            descriptors = {each: listener.fileno() for each, listener in listeners.items()}
            (self._folder / "haproxy.cfg").write_text(
                configuration(self._folder, self.journal.fileno(), descriptors)
            )
            log = ours.enter_context((self._folder / "haproxy.log").open("wb"))
            self._process = subprocess.Popen(
                (program, "-db", "-f", str(self._folder / "haproxy.cfg")),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(self.journal.fileno(), *descriptors.values()),
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.ask("show info")
            except PlatformError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = programs.last_words((self._folder / "haproxy.log").read_bytes())
                    raise PlatformError(f"HAProxy does not start: {said}") from error
                time.sleep(0.01)
            else:
                return

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # On SIGTERM it drops what is open, which is what we want once the load has ended.
            programs.end(process, _STOP_SECONDS)


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, 0))
    listener.listen(1024)
    return listener


def free_slots(taken: Sequence[int]) -> list[int]:
    """The slots of a backend that nobody is in, in ascending order."""
    return [each for each in range(SLOTS) if each not in taken]
