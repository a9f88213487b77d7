"""Serves an ASGI application with Granian, whose HTTP is in Rust, and uvloop."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels

from .arguments import arguments
from .told import tell


def main() -> None:
    """Serve; Granian spawns workers, even a single one, that import the application again."""
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
