"""This machine's own address, and the ports there."""

import random
import socket

from ogrom_deploy.ports import PlatformError

HOST = "127.0.0.1"

# Below the ports that the kernel gives to clients, so that none of them is taken between our look and the bind.
_PORTS = range(20000, 32000)


def free_port() -> int:
    """A port that nobody listens on.

    Raises:
        PlatformError: a hundred of them are taken.
    """
    for port in random.sample(_PORTS, 100):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((HOST, port))
            except OSError:
                continue
            return port
    raise PlatformError(f"no free port among {_PORTS.start} to {_PORTS.stop - 1}")
