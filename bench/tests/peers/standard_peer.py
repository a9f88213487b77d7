"""A peer made of the standard library, which does all that a fair one claims, except a planted fault.

Arguments: the port, the catalogue, and the fault to plant; `nothing` plants none.
"""

import json
import sys
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

NUMBERS = count()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one segment a response
    products: dict[str, bytes]
    collages: bytes
    planted: str

    def do_GET(self) -> None:
        accept = self.headers.get("Accept", "*/*")
        if "text/csv" in accept and "*/*" not in accept and self.planted != "negotiated":
            self.problem(406)
            return
        if self.path == "/v1/de-DE/collages?limit=20":
            content = self.collages
        else:
            content = self.products.get(self.path.removeprefix("/v1/de-DE/products/"), b"")
        if not content:
            self.problem(404)
            return
        tag = f'"{sha256(content).hexdigest()[:8]}"'
        view = json.loads(content)
        fields = {"ETag": tag, "Cache-Control": "public, max-age=60"}
        if tag in self.headers.get("If-None-Match", "") and self.planted != "unmodified":
            self.answer(304, b"", {} if self.planted == "unmodified_fields" else fields)
            return
        fields |= {"Content-Language": "de-DE", "Content-Type": "application/json"}
        if "next" in view and self.planted != "next_page":
            fields["Link"] = f'<{view["next"]}>; rel="next"'
        self.answer(200, content + b"\n" * (self.planted == "same_bytes"), fields)

    def do_HEAD(self) -> None:
        if self.planted == "head":
            self.problem(405)
        else:
            self.do_GET()

    def do_PUT(self) -> None:
        self.problem(405)

    def do_DELETE(self) -> None:
        self.problem(405)

    def problem(self, status: int) -> None:
        allowed = {"Allow": "GET" if self.planted == "methods" else "GET, HEAD"} if status == 405 else {}
        kind = "text/html" if self.planted == "explained" else "application/problem+json"
        if self.planted == "not_found" and status == 404:
            status = 200
        self.answer(status, json.dumps({"status": status}).encode(), {"Content-Type": kind, **allowed})

    def answer(self, status: int, content: bytes, fields: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("X-Request-Id", str(next(NUMBERS)))
        if self.planted != "fields":
            self.send_header("Vary", "Accept")
        if self.planted == "kept_open":
            self.send_header("Connection", "close")
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def main(port: str, catalogue: str, planted: str) -> None:
    content = json.loads(Path(catalogue).read_bytes())
    Handler.products = {id: compact(view) for id, view in content["products"].items()}
    Handler.collages = compact(content["collages"])
    Handler.planted = planted
    ThreadingHTTPServer.request_queue_size = (
        256  # else connections of a load would wait until they are tried again
    )
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


def compact(view: object) -> bytes:
    return json.dumps(view, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    main(*sys.argv[1:])
