"""Serves an index on this machine, as any server of files would."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ogrom_tools.command import Failed


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve the index in a folder to this machine, until the block is left, at a port or at any that is free.

    It yields the URL that clients are given, `http://127.0.0.1:8418/simple/`.

    Raises:
        Failed: another program has the port.
    """
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Files, directory=str(folder)))
    except OSError as problem:
        raise Failed(
            f"Port {port} of 127.0.0.1: {problem.strerror}. If that is another ./dev index, it serves all you need; "
            "else give me another port: ./dev index --port 9000"
        ) from problem
    with server:
        thread = threading.Thread(target=server.serve_forever, name="index")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple/"
        finally:
            server.shutdown()
            thread.join()


class _Files(SimpleHTTPRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:
        pass
