"""The WSGI environment of a request (PEP 3333)."""

import io
import sys
from functools import lru_cache
from typing import Any, Final
from wsgiref.util import FileWrapper

from .request import Head
from .response import Environ

ARRIVED: Final = "ogrom.server.arrived"
"""Where it has the moment, of `time.monotonic()`, when the request had been received."""

_LONGEST = 64
_CGI = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Withheld(io.RawIOBase):
    """Content that was not received, since the header told already that it is not wanted."""

    def readable(self) -> bool:
        """So it is said, as of every other content."""
        return True

    def readinto(self, _: Any) -> int:
        """Tell the application that it has overlooked something.

        Raises:
            OSError: always.
        """
        raise OSError(
            "the content was not received, because `content_limit` said that the application would refuse it"
        )


def base_environ(name: str, port: str, scheme: str, *, processes: int) -> Environ:
    """What is the same for every request of a server.

    Args:
        name: the server's, for requests without a Host field.
        port: that it listens on.
        scheme: `http` or `https`, unless a proxy says another.
        processes: how many serve the application.
    """
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": processes > 1,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
    }


def environ_of(head: Head, base: Environ, address: tuple[str, int]) -> Environ:
    """The environment of a request, without `wsgi.input`.

    Args:
        head: of the request.
        base: what it has in common with others.
        address: the client's.
    """
    environ = base.copy()
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = address[0], str(address[1])
    environ["REQUEST_METHOD"] = head.method
    environ["REQUEST_URI"] = environ["RAW_URI"] = head.target
    environ["PATH_INFO"], environ["QUERY_STRING"] = head.path, head.query
    environ["SERVER_PROTOCOL"] = f"HTTP/{head.version}"
    for name, value in head.fields.items():
        # What is longer is somebody's invention, and nothing to remember.
        environ[_key(name) if len(name) <= _LONGEST else _key.__wrapped__(name)] = value
    if "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(
            head.content_length
        )  # without zeros in front, which some would read otherwise
    return environ


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return _CGI.get(name) or "HTTP_" + name.upper().replace("-", "_")
