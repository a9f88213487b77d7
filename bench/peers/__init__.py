"""Peers: the same endpoints in other frameworks that Ogrom's users might choose, each a module in `apps`."""

from collections.abc import Mapping

from .clojure import CLOJURE, CLOJURE_TRAINED
from .environments import PEERS_ENVIRONMENT
from .fastify import FASTIFY
from .peer import (
    MEMORY,
    Group,
    Peer,
    PythonPeer,
    ServedOgrom,
    apps_path,
    ogrom_settings,
    threads_settings,
)

__all__ = ["MEMORY", "PEERS", "Peer"]


def _in_python(name: str, title: str, group: Group, concurrency: str, server: str, app: str) -> Peer:
    return Peer(
        name,
        title,
        group,
        concurrency,
        PythonPeer(server, app),
        apps_path,
        prepare=PEERS_ENVIRONMENT.sync,
    )


def _on_waitress(name: str, title: str, group: Group, app: str) -> Peer:
    concurrency = (
        "A parent binds the port, imports the application and forks; the processes share the socket."
    )
    return _in_python(name, f"{title}, on Waitress", group, concurrency, "waitress_server", app)


def _on_uvicorn(name: str, title: str, app: str) -> Peer:
    concurrency = "uvicorn binds the port and spawns workers, which share the socket."
    return _in_python(name, f"{title}, on uvicorn", "framework", concurrency, "uvicorn_server", app)


def _on_granian(name: str, title: str, app: str) -> Peer:
    concurrency = "Granian binds the port and spawns workers, which share it."
    return _in_python(name, f"{title}, on Granian", "framework", concurrency, "granian_server", app)


_OGROM = Peer(
    "ogrom",
    "Ogrom",
    "ogrom",
    "A parent binds the port and starts workers, which share the socket.",
    ServedOgrom(),
    ogrom_settings,
)
_OGROM_THREADS = Peer(
    "ogrom-threads",
    "Ogrom, a thread a request",
    "ogrom",
    "As Ogrom's.",
    ServedOgrom(),
    threads_settings,
)
_ALL = (
    _OGROM,
    _OGROM_THREADS,
    _on_waitress("flask-plain", "Flask, by hand", "plain", "flask_plain"),
    _on_waitress("flask-fair", "Flask, by hand with the same features", "fair", "flask_fair"),
    _on_waitress("apiflask", "APIFlask", "framework", "apiflask"),
    _on_waitress("smorest", "flask-smorest", "framework", "smorest"),
    _on_waitress("falcon-plain", "Falcon, by hand", "plain", "falcon_plain"),
    _on_waitress("falcon-fair", "Falcon, by hand with the same features", "fair", "falcon_fair"),
    _on_uvicorn("fastapi", "FastAPI", "fastapi"),
    _on_uvicorn("litestar", "Litestar", "litestar"),
    _on_granian("litestar-granian", "Litestar", "litestar"),
    _on_uvicorn("blacksheep", "BlackSheep", "blacksheep"),
    FASTIFY,
    CLOJURE,
    CLOJURE_TRAINED,
)

PEERS: Mapping[str, Peer] = {each.name: each for each in _ALL if not each.missing()}
"""The peers that this machine can run, by name."""
