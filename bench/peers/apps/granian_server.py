"""Serves an ASGI application with Granian: its connections and HTTP are in Rust, its loop for Python is uvloop."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels

from .arguments import arguments
from .told import tell


def main() -> None:
    """Serve; Granian spawns workers, one too, that import the application anew."""
    given = arguments()
    tell(given)
    Granian(
        f"{given.app}:application",
        factory=True,
        address="127.0.0.1",
        port=given.port,
        workers=given.processes,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
