"""Serves an ASGI application with uvicorn at its fastest: uvloop, httptools, no access log."""

import uvicorn

from .arguments import arguments
from .told import tell


def main() -> None:
    """Serve; with several processes uvicorn spawns workers that import the application again."""
    given = arguments()
    tell(given)
    uvicorn.run(
        f"{given.app}:application",
        factory=True,
        port=given.port,
        workers=given.processes if given.processes > 1 else None,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
