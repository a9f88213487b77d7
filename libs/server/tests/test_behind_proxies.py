"""Each record behind HAProxy and behind nginx: both understand the same request, or it is refused.

Where a proxy and the server disagree about where a request ends, what is left of one client's is the beginning of
another's. So all go over one connection between the two, and after each record another client asks something.
"""

import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from ogrom.server.testing import running
from ogrom.server.testing.records import RECORDS, Record

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_both_modes")]
SECONDS = 300.0

HAPROXY = """
defaults
    mode http
    timeout connect 10s
    timeout client 10s
    timeout server 10s
    http-reuse always
frontend clients
    bind 127.0.0.1:{port}
    default_backend server
backend server
    server one 127.0.0.1:{server} maxconn 1
"""
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream server {{ server 127.0.0.1:{server} max_conns=1; keepalive 1; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://server;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_request_buffering off;
            proxy_ignore_client_abort on;
        }}
    }}
}}
"""
PROXIES: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "haproxy": (HAPROXY, lambda path: ["/usr/sbin/haproxy", "-db", "-q", "-f", str(path)]),
    "nginx": (
        NGINX,
        lambda path: ["/usr/sbin/nginx", "-e", "stderr", "-c", str(path), "-p", str(path.parent)],
    ),
}


@dataclass
class Seen:
    """An application that notes what it is given, and says that in its response."""

    requests: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = len(environ["wsgi.input"].read())
        # No more of the target than a proxy takes in a field.
        target = f"{environ['REQUEST_URI'][:1000]} {len(environ['REQUEST_URI'])}"
        said = f"{environ['REQUEST_METHOD']} {target} {length}"
        self.requests.append(said)
        start_response("200 OK", [("Content-Length", str(len(said))), ("X-Seen", said)])
        return [said.encode()]


@pytest.fixture(scope="module")
def application() -> Seen:
    return Seen()


@pytest.fixture(scope="module", params=list(PROXIES))
def port(
    request: pytest.FixtureRequest, application: Seen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Of the proxy."""
    text, command = PROXIES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    # Bound and never listening, so that nobody else is given the port until the proxy has it.
    with running(application) as server, socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        configuration = folder / "configuration"
        configuration.write_text(text.format(port=port, server=server, folder=folder))
        with subprocess.Popen(command(configuration), stderr=subprocess.PIPE, text=True) as process:
            try:
                wait_for(port, process)
                yield port
            finally:
                process.kill()


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.01)  # between two looks
        else:
            return


class _Reading:
    """What HTTPResponse needs of a socket, so that several share a file."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.read, self.readline, self.readinto = file.read, file.readline, file.readinto

    def makefile(self, _: str) -> Any:
        return self

    def close(self) -> None:
        """It is another's."""

    def flush(self) -> None:
        """Nothing is written."""


def seen_by(port: int, sends: bytes, methods: Iterable[str]) -> list[str]:
    """What the application has seen of the requests that were answered, as their responses say."""
    found = []
    with socket.create_connection(("127.0.0.1", port), SECONDS) as sock:
        try:
            sock.sendall(sends)
            sock.shutdown(socket.SHUT_WR)
            file = sock.makefile("rb")
            if (begins := file.peek(4)) and not begins.startswith(b"HTTP"):
                # nginx answers HTTP/0.9, in which there is no header, and HAProxy HTTP/2 with frames.
                return [said.decode()] if (said := file.read()).startswith(b"GET ") else []
            for method in methods:
                if not file.peek(1):
                    break
                response = HTTPResponse(_Reading(file), method=method)  # type: ignore[arg-type]
                response.begin()
                response.read()
                if seen := response.headers["X-Seen"]:
                    found.append(seen)
        except (OSError, HTTPException):  # it is refused without another word
            pass
    return found


def method_of(record: Record) -> list[str]:
    """The methods of what a record has, by which a response's end is known."""
    lines = [line.split(b" ")[0] for line in record.sends.replace(b"\r", b"").split(b"\n")]
    return ["HEAD" if b"HEAD" in lines else "GET"] * 10


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: str(each.id))
def test_proxy_and_server_understand_the_same(record: Record, port: int, application: Seen) -> None:
    """Whatever the application has seen is what this client was answered, and nothing is left for the next one."""
    application.requests.clear()
    answered = seen_by(port, record.sends, method_of(record))
    target = f"/probe-{record.id}"
    probe = f"GET {target} {len(target)} 0"
    head = f"GET {target} HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n".encode()
    assert seen_by(port, head, ["GET"]) == [probe]
    assert application.requests == [*answered, probe]
