"""Peer: a program with the same endpoints as Ogrom, and how to start it.

A store is MEMORY or the URL of a MariaDB, as `bench.database.seeded_database` yields it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

ROOT = Path(__file__).resolve().parents[2]

MEMORY = "memory"
"""The store in the process itself: a dict of a peer, the cache of Ogrom."""

Group: TypeAlias = Literal["plain", "fair", "framework", "jvm", "ogrom"]
"""What a peer claims to do: `plain` the happy path only, `fair` everything that `bench.peers.check` checks."""


class Command(Protocol):
    """Makes the command that starts a peer from the checkout's folder."""

    def __call__(
        self, store: str, catalogue: Path, port: int, processes: int, threads: int
    ) -> tuple[str, ...]:
        """The command.

        Args:
            store: MEMORY or the URL of a database.
            catalogue: written by `bench.database.export_catalogue`.
            port: of 127.0.0.1.
            processes: how many serve on it.
            threads: how many requests each handles at once, if it uses threads.
        """
        ...


def _nothing(store: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Peer:
    """A program to measure.

    Attributes:
        name: for the command line.
        title: for tables and charts.
        group: what it claims to do.
        concurrency: a sentence on how it uses two processes.
        command: makes the command that starts it.
        environment: the variables that it needs for a store.
        missing: says what this machine lacks to run it; empty if nothing.
        prepare: makes its environment if needed, before its start is timed.
    """

    name: str
    title: str
    group: Group
    concurrency: str
    command: Command
    environment: Callable[[str], Mapping[str, str]] = _nothing
    missing: Callable[[], str] = str
    prepare: Callable[[], object] = str


@dataclass(frozen=True)
class PythonPeer:
    """The command of a peer that runs in an environment of the peers'.

    There `apps` is a package of its own, found by `apps_path`: a peer imports nothing of what measures it.

    Attributes:
        server: the module in `apps` that serves.
        app: the module beside it that holds the application.
        environment: where its packages are installed.
    """

    server: str
    app: str
    environment: Path = ROOT / ".nox" / "bench"

    def __call__(
        self, store: str, catalogue: Path, port: int, processes: int, threads: int
    ) -> tuple[str, ...]:
        """The command."""
        return (
            str(self.environment / "bin" / "python"),
            "-m",
            f"apps.{self.server}",
            f"apps.{self.app}",
            f"--store={store}",
            f"--catalogue={catalogue}",
            f"--port={port}",
            f"--processes={processes}",
            f"--threads={threads}",
        )


def apps_path(store: str) -> Mapping[str, str]:
    """The variable by which Python finds `apps`."""
    return {"PYTHONPATH": str(ROOT / "bench" / "peers")}


@dataclass(frozen=True)
class ServedOgrom:
    """The command that serves Ogrom.

    Attributes:
        environment: where it is installed; the work tree's by default.
        options: further ones. Without --migrate no database is made, but at commits before there was that option.
    """

    environment: Path = ROOT / ".nox" / "test"
    options: tuple[str, ...] = ("--migrate",)

    def __call__(
        self, store: str, catalogue: Path, port: int, processes: int, threads: int
    ) -> tuple[str, ...]:
        """The command."""
        database = f"sqlite:///{catalogue.with_name('ogrom.sqlite3')}" if store == MEMORY else store
        return (
            str(self.environment / "bin" / "ogrom-api"),
            "serve",
            *self.options,
            f"--database={database}",
            f"--port={port}",
            f"--processes={processes}",
            f"--threads={threads}",
        )


def ogrom_settings(store: str) -> Mapping[str, str]:
    """The defaults, except that all is answered from memory, or that each request reads from the database."""
    fixed = {"OGROM_TOKEN_KEY": "k" * 32, "OGROM_LOG": "text"}
    if store != MEMORY:
        return {**fixed, "OGROM_CACHE_RECORDS": "0"}
    return {**fixed, "OGROM_CACHE_TTL": "3600", "OGROM_CACHE_WRITTEN_TTL": "3600"}


def threads_settings(store: str) -> Mapping[str, str]:
    """The same without the loop: a thread for each request."""
    return {**ogrom_settings(store), "OGROM_LOOP": "0"}


def inherited(variables: Mapping[str, str]) -> Mapping[str, str]:
    """The environment of a peer: this program's and the given variables, without settings of Ogrom and Python.

    So Python keeps compiled modules, as in production.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("OGROM_", "PYTHON"))}
    return {**ours, **variables}
