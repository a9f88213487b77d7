"""Keys that tokens are verified with: one secret, or the public keys of a JWK set (RFC 7517) that rotate.

Which algorithm a signature is of follows from the key and never from the token, which may say anything
(RFC 8725, 3.1): a secret is for HS256, an RSA key for RS256, one on P-256 for ES256, one on Ed25519 for EdDSA.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol

import jwt
import msgspec

from .credentials import KeysUnavailable

log = logging.getLogger("ogrom.operations")

REFETCH = 10.0
"""The least seconds between two fetches of a set, however many unknown keys tokens name."""

FRESH = 300.0
"""The seconds after which a set is fetched again, so that a key that was withdrawn is not valid any longer."""

_ALGORITHMS = MappingProxyType({"RSA": "RS256", "P-256": "ES256", "Ed25519": "EdDSA"})
_SHORTEST_RSA = 2048


@dataclass(frozen=True)
class Key:
    """A key, and the one algorithm that it is for."""

    material: Any
    algorithm: str


class Keys(Protocol):
    """Where keys come from. Safe in threads."""

    def named(self, id: str | None) -> Key | None:
        """The key that a token names; None if there is no such key.

        Args:
            id: the token's `kid`; None if it has none, which is enough if there is only one key.

        Raises:
            KeysUnavailable: that cannot be told at the moment.
        """
        ...

    def prepare(self) -> None:
        """Get ready what the first token would otherwise have to wait for; may take some seconds."""
        ...


def _in_a_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="ogrom-keys", daemon=True).start()


@dataclass(frozen=True, repr=False)
class SecretKey:
    """One secret, whatever id tokens give it."""

    secret: str

    def named(self, id: str | None) -> Key:
        """The secret."""
        return Key(self.secret.encode(), "HS256")

    def prepare(self) -> None:
        """There is nothing to prepare."""


class KeySet:
    """The keys of a JWK set, by their ids."""

    def __init__(self, content: bytes) -> None:
        """Read it; keys that cannot be used here are passed over.

        Raises:
            ValueError: it is no JWK set, or none of its keys can be used.
        """
        try:
            members = msgspec.json.decode(content)["keys"]
            found = [(each.get("kid"), _key(each)) for each in members]
        except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"it is not a JWK set (RFC 7517): {error}") from error
        usable = [(id, key) for id, key in found if key is not None]
        if not usable:
            raise ValueError("it has no usable key; it needs one for RS256 (from 2048 bits), ES256 or EdDSA")
        self._only = usable[0][1] if len(usable) == 1 else None
        self._by_id = dict(usable)

    def named(self, id: str | None) -> Key | None:
        """The key of this id, or the only one where no id is named."""
        return self._only if id is None else self._by_id.get(id)


def _key(member: Mapping[str, Any]) -> Key | None:
    kind = member.get("kty")
    algorithm = _ALGORITHMS.get(str(kind if kind == "RSA" else member.get("crv")))
    # A key for encryption signs nothing.
    if algorithm is None or member.get("use", "sig") != "sig" or member.get("alg", algorithm) != algorithm:
        return None
    if "d" in member:
        log.warning("ignoring a private key in the JWK set; publish only its public half")
        return None
    try:
        material = jwt.PyJWK(dict(member), algorithm).key
    except jwt.PyJWTError:
        log.warning("ignoring the key %r of the JWK set, which cannot be read", member.get("kid"))
        return None
    return None if kind == "RSA" and material.key_size < _SHORTEST_RSA else Key(material, algorithm)


class FileKeys:
    """The keys of a file, which is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            OSError: it cannot be read.
            ValueError: it is no JWK set.
        """
        self._path = path
        self._seen = self._state()
        self._keys = KeySet(path.read_bytes())

    def named(self, id: str | None) -> Key | None:
        """The key of this id in the file; in its last readable version, while it cannot be read."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            try:
                self._keys = KeySet(self._path.read_bytes())
            except (OSError, ValueError) as error:
                log.warning("%s cannot be used, so its previous keys stay valid: %s", self._path, error)
        return self._keys.named(id)

    def prepare(self) -> None:
        """There is nothing to prepare."""

    def _state(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


class FetchedKeys:
    """The keys of a URL, fetched when first wanted, then when they are old, and when a token names another.

    No request waits for a fetch, which has a thread of its own: otherwise anybody could hold up others with made-up
    tokens while the issuer hangs. Meanwhile known keys stay valid, and whether others are cannot be told.
    """

    def __init__(
        self,
        fetch: Callable[[], bytes],
        *,
        clock: Callable[[], float] = monotonic,
        start: Callable[[Callable[[], None]], object] = _in_a_thread,
    ) -> None:
        """Fetch nothing yet.

        Args:
            fetch: gets the content within a deadline; may raise OSError or ValueError.
            clock: gives the time, in seconds.
            start: runs a function in the background.
        """
        self._fetch = fetch
        self._clock = clock
        self._start = start
        self._lock = Lock()
        self._keys: KeySet | None = None
        self._tried = float("-inf")
        self._is_fetching = False

    def prepare(self) -> None:
        """Fetch them, and wait for it."""
        if self._begins():
            self._take()

    def named(self, id: str | None) -> Key | None:
        """The known key of this id; if the keys are old, or have no such id, they are fetched again."""
        found, age = self._known(id), self._clock() - self._tried
        if age >= (REFETCH if found is None else FRESH) and self._begins():
            self._start(self._take)
            found = self._known(id)
        if self._is_fetching and (found is None or age >= 2 * FRESH):
            raise KeysUnavailable
        if self._keys is None:
            raise KeysUnavailable
        return found

    def _known(self, id: str | None) -> Key | None:
        return None if self._keys is None else self._keys.named(id)

    def _begins(self) -> bool:
        """Whether the caller is to fetch."""
        with self._lock:
            begins = not self._is_fetching
            if begins:
                self._is_fetching, self._tried = True, self._clock()
            return begins

    def _take(self) -> None:
        try:
            self._keys = KeySet(self._fetch())
        except (OSError, ValueError) as error:
            log.warning("cannot fetch the keys that tokens are verified with: %s", error)
        finally:
            self._is_fetching = False
