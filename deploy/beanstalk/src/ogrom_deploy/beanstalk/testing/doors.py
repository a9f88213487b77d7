"""The environments' own addresses on this machine, where probes find the stand-in's instances."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from .account import Account


@contextmanager
def door(account: Account, name: str) -> Iterator[str]:
    """Open an environment's door, and give its address; its instances answer in turn."""
    turns = iter(range(10**9))

    class Door(BaseHTTPRequestHandler):
        """Answers as the instance whose turn it is."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one segment a response

        def do_GET(self) -> None:
            """What an instance answers; 503 of the balancer where there is none."""
            serving = account.sides[name].serving(account.now())
            if not serving:
                self.answer(503, {"Server": "awselb/2.0"})
                return
            release = serving[next(turns) % len(serving)].version
            found = self.path.startswith("/health/")
            self.answer(200 if found else 404, {"Server": "nginx", "Ogrom-Release": release})

        def answer(self, status: int, headers: Mapping[str, str]) -> None:
            """Send a response."""
            self.send_response_only(status)
            for each, value in {**headers, "Content-Length": "2"}.items():
                self.send_header(each, value)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = False  # those that answer have ended, too, when it is closed
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
