"""`stub_server.py SECONDS`: takes so long for each response, and tells its port.

`/missing` is 404. What has If-None-Match gets 304.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DELAY = float(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    """Answers everything alike."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one segment a response; else its head would wait for the peer's acknowledgement

    def do_GET(self) -> None:
        """Wait, then answer."""
        time.sleep(DELAY)  # the known while
        if self.headers["If-None-Match"]:
            self.send_response(304)
            self.end_headers()
            return
        content = b'{"id": 7}'
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
