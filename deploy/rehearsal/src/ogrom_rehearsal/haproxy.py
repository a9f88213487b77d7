"""HAProxy: its configuration, the orders it takes over its admin socket, and its statistics.

It has one frontend for clients, one for each colour, and a backend for each colour with slots for instances.
"""

import csv
import re
import socket
import subprocess
import time
from bisect import bisect_left
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from ogrom.sources.testing import find_program, reservation, wait_until
from ogrom_deploy.model import COLOURS, Colour, Health, Weights
from ogrom_deploy.ports import PlatformError

from . import programs
from .access_log import AccessLog
from .instances import HOST
from .programs import Lifecycle

SLOTS = 10
"""The slots of a backend: for twice five instances, since old and new ones overlap in a deploy."""

CHECK_SECONDS = 0.2
"""How often HAProxy checks whether an instance is ready."""

CHECKS_TO_EVICT = 3
CHECKS_TO_ADMIT = 2

# The end time, the server, the status (-1 for none), the microseconds, and how it ended: the first letter of %tsc names
# the cause, `-` for none, `C` for the client, `S` for the instance. With %B, the bytes sent, HAProxy writes the line at
# the end of the response; without it, at the start, so a response that breaks off would look complete. The path comes
# last, since a client may put anything into it. %Ta would be in whole milliseconds: 0 for most requests.
_LOG = "%[date(0,us)] %ft %b %s %ST %[date(0,us),sub(txn.begun)] %tsc %B %[var(txn.release)] %HP"
_BEGUN = "http-request set-var(txn.begun) date(0,us)"


def configuration(folder: Path, access_log: int, listeners: Mapping[str, int]) -> str:
    """The text of haproxy.cfg.

    Args:
        folder: where its socket and its map of weights are.
        access_log: the descriptor of the file that requests are logged to.
        listeners: the descriptors of listening sockets by frontend: `live`, `blue`, `green`.
    """
    parts = (
        _common(folder, access_log),
        _live(folder, listeners["live"]),
        *(_own(colour, listeners[colour]) for colour in COLOURS),
        *(_backend(colour) for colour in COLOURS),
    )
    return "\n".join(parts)


def _common(folder: Path, access_log: int) -> str:
    # Retries and redispatch would hide losses, and could repeat a POST.
    return f"""\
global
    stats socket {folder / "admin"} mode 600 level admin
    log fd@{access_log} len 4096 format raw local0
    maxconn 2000
    nbthread 1
    hard-stop-after 5s

defaults
    mode http
    log global
    log-format "{_LOG}"
    retries 0
    no option redispatch
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
    timeout check 2s
"""


def _live(folder: Path, listener: int) -> str:
    return f"""\
frontend live
    bind fd@{listener}
    {_BEGUN}
    http-request set-var(txn.share) str(green),map_str_int({folder / "weights"},0)
    http-request set-var(txn.dice) rand(100)
    use_backend green if {{ var(txn.dice),sub(txn.share) lt 0 }}
    default_backend blue
"""


def _own(colour: Colour, listener: int) -> str:
    return f"""\
frontend {colour}-itself
    bind fd@{listener}
    {_BEGUN}
    # Without an instance there is no answer either, since it could be mistaken for the service's.
    tcp-request connection reject if {{ nbsrv({colour}) eq 0 }}
    default_backend {colour}
"""


def _backend(colour: Colour) -> str:
    """The slots of a colour, all empty.

    Where no instance is ready, requests go to all of them, as they do behind a load balancer of Amazon's: what the
    service can answer from memory is answered, and its own 503 is better than the balancer's.
    """
    checks = f"check inter {CHECK_SECONDS * 1000:.0f}ms fall {CHECKS_TO_EVICT} rise {CHECKS_TO_ADMIT}"
    passive = "observe layer4 error-limit 1 on-error mark-down"
    slots = range(SLOTS)
    return "\n".join(
        (
            f"backend {colour}",
            "    balance roundrobin",
            "    http-response set-var(txn.release) res.hdr(Ogrom-Release)",
            "    option allbackups",
            "    option httpchk",
            "    http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host rehearsal hdr Connection close",
            *(f"    server {name(slot)} 127.0.0.1:9 {checks} {passive} disabled" for slot in slots),
            *(f"    server {name(slot)}-open 127.0.0.1:9 backup disabled" for slot in slots),
            "",
        )
    )


def name(slot: int) -> str:
    """HAProxy's name for a slot."""
    return f"slot{slot}"


@dataclass(frozen=True)
class Counters:
    """What HAProxy counted at a frontend or backend since it was started.

    Attributes:
        requests: that it has sent there, or would have.
        errors: responses with a status of 500 or more, HAProxy's own among them.
        refused: connections to instances that could not be made.
        broken: responses that an instance broke off. Where one never came, to the first request of a client's
            connection HAProxy answers itself, one of the errors; else it closes the connection without an answer
            and without a line in its log, and that is one of these.
        client_left: requests that the client itself gave up.
        retried: connections tried once more; always 0, as it is told not to.
    """

    requests: int = 0
    errors: int = 0
    refused: int = 0
    broken: int = 0
    client_left: int = 0
    retried: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class Slot:
    """HAProxy's view of one slot.

    Attributes:
        health: of the instance in it, by HAProxy's own checks; unknown where the slot is out of use.
        in_flight: how many requests it is working on.
        status: HAProxy's own word for it, such as `UP 2/4`.
        cause: what the last check found; empty while all is well.
    """

    health: Health
    in_flight: int
    status: str
    cause: str = ""


@dataclass(frozen=True)
class Statistics:
    """HAProxy's statistics at one time.

    Attributes:
        clients: what came in where clients come in.
        counters: what went to each colour, wherever it came in.
        slots: what it thinks of each slot.
    """

    clients: Counters
    counters: Mapping[Colour, Counters]
    slots: Mapping[tuple[Colour, str], Slot]

    @property
    def total(self) -> Counters:
        """Both colours together."""
        return self.counters["blue"] + self.counters["green"]


def statistics(table: str) -> Statistics:
    """Read the answer to `show stat`."""
    counters: dict[Colour, Counters] = {}
    slots: dict[tuple[Colour, str], Slot] = {}
    clients = Counters()
    for row in csv.DictReader(table.removeprefix("# ").splitlines()):
        if (row["pxname"], row["svname"]) == ("live", "FRONTEND"):
            clients = _counters(row)
        for colour in COLOURS:
            if row["pxname"] != colour:
                continue
            if row["svname"] == "BACKEND":
                counters[colour] = _counters(row)
            else:
                slots[colour, row["svname"]] = _slot(row)
    return Statistics(clients, counters, slots)


def _counters(row: Mapping[str, str]) -> Counters:
    names = ("req_tot", "hrsp_5xx", "econ", "srv_abrt", "cli_abrt", "wretr")
    return Counters(*(int(row[each] or 0) for each in names))


def _slot(row: Mapping[str, str]) -> Slot:
    status = row["status"]
    # Just out of maintenance a server counts as up before its first check; `UP` without a fraction has passed several.
    health: Health = (
        "ok"
        if status == "UP"
        else "pending"
        if status.startswith(("UP ", "DRAIN"))
        else "failing"
        if status.startswith("DOWN")
        else "unknown"
    )
    cause = f"{row['check_status']} {row['last_chk']}".strip() if health == "failing" else ""
    return Slot(health, int(row["scur"] or 0), status, cause)


_START_SECONDS = 10.0
_ADMIN_SECONDS = 5.0
_STOP_SECONDS = 5.0
_WEIGHT = re.compile(r"^\S+ green (\d+)$", re.MULTILINE)


class HAProxy(Lifecycle):
    """A balancer with one address for clients and one for each colour, on free loopback ports.

    Attributes:
        access_log: what it logs.
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
        self.access_log = AccessLog(folder / "access_log")
        self.ports: dict[str, int] = {}

    def start_parts(self, parts: ExitStack) -> None:
        """Start it, and wait until it takes orders.

        Raises:
            PlatformError: it is not installed, or does not start.
        """
        parts.callback(self.access_log.close)
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
        """Divide new requests by these weights, as soon as it returns."""
        self._order(f"set map {self._weights} green {weights['green']}")

    def weights(self) -> Weights:
        """How new requests are divided."""
        found = _WEIGHT.search(self.ask(f"show map {self._weights}"))
        if found is None:
            raise PlatformError(f"HAProxy has no weight for green in {self._weights}")
        green = int(found[1])
        return {"blue": 100 - green, "green": green}

    def admit(self, colour: Colour, slot: int, port: int) -> None:
        """Put an instance into a free slot; it must be ready, since it gets requests at once."""
        # The second server, which gets requests while no instance is ready, is not checked.
        for server in (f"{colour}/{name(slot)}", f"{colour}/{name(slot)}-open"):
            # HAProxy answers what has changed, so this is no `_order`.
            self.ask(f"set server {server} addr {HOST} port {port}")
            self._order(f"set server {server} state ready")

    def drain(self, colour: Colour, slot: int) -> None:
        """Send no new requests to an instance; those under way stay."""
        self._order(f"set server {colour}/{name(slot)}-open state maint")
        self._order(f"set server {colour}/{name(slot)} state drain")

    def clear(self, colour: Colour, slot: int) -> None:
        """Empty a slot."""
        for server in (f"{colour}/{name(slot)}-open", f"{colour}/{name(slot)}"):
            self._order(f"set server {server} state maint")

    def statistics(self) -> Statistics:
        """What it has counted, and the health of the instances."""
        found = statistics(self.ask("show stat"))
        self._counted.append((time.monotonic(), found.counters))
        return found

    def counted_since(self, moment: float, colour: Colour) -> Counters:
        """What was counted for a colour since the last reading before a time on `time.monotonic()`'s clock."""
        now = self.statistics().counters[colour]
        index = bisect_left(self._counted, moment, key=lambda each: each[0])
        return now - (self._counted[index - 1][1][colour] if index else Counters())

    def ask(self, command: str) -> str:
        """Send a command to the admin socket and return the answer.

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
        """Send a command that answers nothing on success."""
        answer = self.ask(command)
        if answer:
            raise PlatformError(f"HAProxy refused `{command}`: {answer}")

    @property
    def _weights(self) -> Path:
        return self._folder / "weights"

    def _start(self) -> None:
        if not (program := find_program("haproxy")):
            raise PlatformError("HAProxy is not installed; on Debian and Ubuntu: apt-get install haproxy")
        self._weights.write_text("green 0\n")
        with ExitStack() as ours:
            # We listen before it starts, so that nobody else takes the ports.
            listeners = {each: ours.enter_context(reservation()) for each in ("live", *COLOURS)}
            for each, listener in listeners.items():
                listener.listen(1024)
                self.ports[each] = listener.getsockname()[1]
            descriptors = {each: listener.fileno() for each, listener in listeners.items()}
            (self._folder / "haproxy.cfg").write_text(
                configuration(self._folder, self.access_log.fileno(), descriptors)
            )
            log = ours.enter_context((self._folder / "haproxy.log").open("wb"))
            self._process = subprocess.Popen(
                (program, "-db", "-f", str(self._folder / "haproxy.cfg")),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(self.access_log.fileno(), *descriptors.values()),
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        ended = self._process.poll
        wait_until(lambda: self._answers() or ended() is not None, _START_SECONDS)
        if not self._answers():
            said = programs.last_words((self._folder / "haproxy.log").read_bytes())
            raise PlatformError(f"HAProxy does not start: {said}")

    def _answers(self) -> bool:
        try:
            self.ask("show info")
        except PlatformError:
            return False
        return True

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # On SIGTERM it drops what is open, which is what we want once the load has ended.
            programs.end(process, _STOP_SECONDS)
