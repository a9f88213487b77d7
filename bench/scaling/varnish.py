"""A private Varnish in place of CloudFront.

Like the distribution in the templates it keeps responses by URL, Accept, Accept-Language, Authorization and Origin,
only if Cache-Control allows it, and for that long.
"""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.measure.asking import ask, connected
from ogrom.sources.testing import find_program, reserved_port

_PATIENCE = 30.0

_PROBE = "/is-this-logged"

_VCL = """\
vcl 4.1;

backend service {{
    .host = "127.0.0.1";
    .port = "{port}";
}}

sub vcl_recv {{
    if (req.url == "{probe}") {{
        return (synth(204));
    }}
    if (req.method != "GET" && req.method != "HEAD") {{
        return (pass);
    }}
    return (hash);
}}

sub vcl_hash {{
    hash_data(req.http.Accept);
    hash_data(req.http.Accept-Language);
    hash_data(req.http.Authorization);
    hash_data(req.http.Origin);
}}

sub vcl_backend_response {{
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    if (beresp.http.Cache-Control !~ "max-age" || beresp.http.Cache-Control ~ "no-cache|no-store|private") {{
        set beresp.ttl = 0s;
        set beresp.uncacheable = true;
    }} else {{
        set beresp.ttl = beresp.ttl / {speedup};
    }}
    return (deliver);
}}
"""


class VarnishMissing(RuntimeError):
    """Varnish is not installed, or does not start."""


@dataclass(frozen=True)
class Varnish:
    """A running Varnish.

    Attributes:
        url: its root.
        log: the file with a line for each request: the path, and `hit` or another word for what Varnish did.
        begin: the position after the lines of our own checks.
    """

    url: str
    log: Path
    begin: int


@contextmanager
def varnish(origin: str, speedup: float) -> Iterator[Varnish]:
    """A Varnish in front of a service while the block runs, with freshness divided by `speedup`.

    Raises:
        VarnishMissing: it is not installed, or does not start.
    """
    with ExitStack() as parts:
        port = parts.enter_context(reserved_port())
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="varnish-")))
        folder.chmod(0o755)  # Varnish's workers are not root
        rules = folder / "rules.vcl"
        rules.write_text(
            _VCL.format(port=origin.rpartition(":")[2], speedup=float(speedup), probe=_PROBE),
            encoding="utf-8",
        )
        server = (_program("varnishd"), "-F", "-n", folder / "state", "-f", rules)
        options = ("-a", f"127.0.0.1:{port}", "-s", "malloc,512m", "-T", "none")
        said = parts.enter_context((folder / "said").open("wb+"))
        process = parts.enter_context(_ending((*server, *options), said))
        _await(process, port, folder / "said")
        log = folder / "log"
        form = ("-F", "%U%q %{Varnish:handling}x", "-w", log)
        reader = (_program("varnishncsa"), "-n", folder / "state", *form, "-t", "20")
        parts.enter_context(_ending(reader, said))
        _await_log(log, port)
        yield Varnish(f"http://127.0.0.1:{port}", log, log.stat().st_size)


@contextmanager
def _ending(command: tuple[str | Path, ...], said: object) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, stdout=said, stderr=said)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise VarnishMissing(f"varnishd does not start: {said.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def _await_log(log: Path, port: int) -> None:
    """Send requests until one is logged: those before the reader starts are not."""
    end = time.monotonic() + _PATIENCE
    while True:
        with closing(connected(f"http://127.0.0.1:{port}")) as connection:
            ask(connection, _PROBE)
        time.sleep(0.1)  # which logging takes
        if log.exists() and _PROBE in log.read_text():
            return
        if time.monotonic() > end:
            raise VarnishMissing("varnishncsa writes no log")


def _program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise VarnishMissing(f"{name} is not installed; on Debian and Ubuntu: apt-get install varnish")
    return found
