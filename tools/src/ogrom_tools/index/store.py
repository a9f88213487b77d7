"""Where an index's files are kept: what a folder, a bucket or any other place must be able to do."""

import hashlib
from collections.abc import Iterable
from typing import Protocol

from ogrom_tools.command import Failed


class Conflict(Failed):
    """Other bytes are there under the name already, and the bytes of a name never change."""


class Store(Protocol):
    """Names with slashes in them, such as `files/ogrom_core-1.2.3-py3-none-any.whl`, and their bytes."""

    def read(self, name: str) -> bytes | None:
        """The bytes of this name; None where there are none, or where nothing can be called so."""
        ...

    def create(self, name: str, data: bytes) -> None:
        """Keep bytes under a name that nobody has taken yet.

        Of several who want the same name at once, one gets it. Whoever brings the same bytes as are there has
        done it too, so that an interrupted publisher can begin again.

        Raises:
            Conflict: other bytes are there.
        """
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, whatever was there; a reader sees the old ones or the new, nothing between."""
        ...

    def names(self, prefix: str) -> Iterable[str]:
        """All names that begin so, in order."""
        ...


def is_name(name: str) -> bool:
    """Whether something can be called so: it leads nowhere else, and no part of it is empty or hidden."""
    return "\0" not in name and not any(not part or part.startswith(".") for part in name.split("/"))


def expect_name(name: str) -> None:
    """Be content if something can be called so.

    Raises:
        Failed: nothing can.
    """
    if not is_name(name):
        raise Failed(f"Nothing in an index can be called {name!r}.")


def expect_same(name: str, kept: bytes, data: bytes) -> None:
    """Be content if the bytes that are there are those that were to be written.

    Raises:
        Conflict: they are others.
    """
    if kept != data:
        raise Conflict(
            f"{name} is published already, with other bytes: sha256 {_digest(kept)} and not {_digest(data)}. "
            "What is published never changes; release a new version."
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
