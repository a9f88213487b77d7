"""Peers: the same endpoints by what Ogrom's users would pick instead, one module a peer in `apps`.

Their programs import this package too, in an environment without Ogrom: here is the standard library only.
"""

from collections.abc import Mapping

from .peer import MEMORY, Peer, PythonPeer, missing, ogrom_settings, serve_ogrom

__all__ = ["MEMORY", "PEERS", "Peer", "missing"]

_WAITRESS = "A parent binds the port, imports the application and forks; the processes share the socket."

_PEERS = (
    Peer(
        "ogrom",
        "Ogrom",
        "ogrom",
        "A parent binds the port and starts workers, which share the socket.",
        serve_ogrom,
        ogrom_settings,
    ),
    Peer(
        "flask-plain",
        "Flask, by hand, on Waitress",
        "plain",
        _WAITRESS,
        PythonPeer("waitress_server", "flask_plain"),
    ),
)

PEERS: Mapping[str, Peer] = {each.name: each for each in _PEERS if not missing(each)}
"""The peers that this machine can run, by name."""
