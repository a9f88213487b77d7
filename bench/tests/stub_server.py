"""`stub_server.py SECONDS`: takes so long for each response, and prints its port.

`/missing` is a 404. Requests with If-None-Match get a 304. `/asked` answers at once, as JSON, how many other requests
there were, and the most at a time.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

DELAY = float(sys.argv[1])


class Count:
    """Counts requests in all, at the moment, and the most at a time; a `with` block for each."""

    def __init__(self) -> None:
        """None yet."""
        self.asked = self.now = self.most = 0
        self._lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.asked += 1
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


COUNT = Count()


class Handler(BaseHTTPRequestHandler):
    """Answers all requests alike."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one segment a response; else its head would wait for the peer's acknowledgement

    def do_GET(self) -> None:
        """Wait, then answer."""
        if self.path == "/asked":
            self.answer(200, json.dumps([COUNT.asked, COUNT.most]).encode())
            return
        with COUNT:
            time.sleep(DELAY)  # the known while
            if self.headers["If-None-Match"]:
                self.send_response(304)
                self.end_headers()
                return
            self.answer(404 if self.path == "/missing" else 200, b'{"id": 7}')

    def answer(self, status: int, content: bytes) -> None:
        """Send a response."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


ThreadingHTTPServer.request_queue_size = (
    256  # else connections of a load would wait until they are tried again
)
with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
