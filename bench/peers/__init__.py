"""Peers: the same endpoints by what Ogrom's users would pick instead, one module a peer in `apps`."""

from collections.abc import Mapping

from .clojure import CLOJURE, CLOJURE_TRAINED
from .peer import MEMORY, Group, Peer, PythonPeer, ServedOgrom, apps_path, missing, ogrom_settings

__all__ = ["MEMORY", "PEERS", "Peer", "missing"]


def _on_waitress(name: str, title: str, group: Group, app: str) -> Peer:
    concurrency = (
        "A parent binds the port, imports the application and forks; the processes share the socket."
    )
    return Peer(
        name, f"{title}, on Waitress", group, concurrency, PythonPeer("waitress_server", app), apps_path
    )


def _on_uvicorn(name: str, title: str, app: str) -> Peer:
    concurrency = "uvicorn binds the port and spawns workers, which share the socket."
    return Peer(
        name, f"{title}, on uvicorn", "framework", concurrency, PythonPeer("uvicorn_server", app), apps_path
    )


_OGROM = Peer(
    "ogrom",
    "Ogrom",
    "ogrom",
    "A parent binds the port and starts workers, which share the socket.",
    ServedOgrom(),
    ogrom_settings,
)
_ALL = (
    _OGROM,
    _on_waitress("flask-plain", "Flask, by hand", "plain", "flask_plain"),
    _on_waitress("flask-fair", "Flask, by hand with the same features", "fair", "flask_fair"),
    _on_waitress("apiflask", "APIFlask", "framework", "apiflask"),
    _on_waitress("smorest", "flask-smorest", "framework", "smorest"),
    _on_waitress("falcon-plain", "Falcon, by hand", "plain", "falcon_plain"),
    _on_waitress("falcon-fair", "Falcon, by hand with the same features", "fair", "falcon_fair"),
    _on_uvicorn("fastapi", "FastAPI", "fastapi"),
    _on_uvicorn("litestar", "Litestar", "litestar"),
    CLOJURE,
    CLOJURE_TRAINED,
)

PEERS: Mapping[str, Peer] = {each.name: each for each in _ALL if not missing(each)}
"""The peers that this machine can run, by name."""
