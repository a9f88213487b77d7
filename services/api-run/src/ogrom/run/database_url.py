"""The URL of the database, or of another service, as a value that never shows its password."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ogrom.operations.secrets import masked
from ogrom.sources.database.tls import tls_options

MYSQL = "mysql://user:password@host:3306/database"
SQLITE = "sqlite:///path"
SERVICE = "https://host/"

_SERVICES = ("http", "https")


@dataclass(frozen=True, repr=False)
class DatabaseUrl:
    """Where the data is; as text the password is hidden.

    Attributes:
        secret: the whole URL, for whoever connects.
    """

    secret: str

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.secret.startswith("sqlite:")

    @property
    def is_service(self) -> bool:
        """Whether the data is another Ogrom's, which is asked over HTTP."""
        return self.secret.partition(":")[0] in _SERVICES

    def __str__(self) -> str:
        return masked(self.secret)

    def __repr__(self) -> str:
        return f"DatabaseUrl({masked(self.secret)!r})"


def database_url(text: str) -> DatabaseUrl:
    """The URL in `text`.

    Raises:
        ValueError: it is none that Ogrom can use; the message goes on where the text has been quoted.
    """
    scheme, separator, _ = text.partition("://")
    if not separator:
        raise ValueError(f"is not a URL; use {MYSQL} or {SQLITE}")
    if scheme not in ("mysql", "sqlite", *_SERVICES):
        raise ValueError(
            f"has an unknown scheme {masked(scheme)!r}; use mysql:// or sqlite:///, or https:// for another Ogrom"
        )
    if scheme == "sqlite":
        _check_file(text)
    elif scheme in _SERVICES:
        _check_service(text)
    else:
        _check_server(text)
    return DatabaseUrl(text)


def database_url_or_none(text: str) -> DatabaseUrl | None:
    """The URL in `text`; None where it is empty.

    Raises:
        ValueError: as `database_url` does.
    """
    return database_url(text) if text else None


def _check_file(text: str) -> None:
    path, options, _ = text.removeprefix("sqlite:///").partition("?")
    if path == text or not path:
        raise ValueError(f"names no file; use {SQLITE}, with four slashes if the path is absolute")
    if path == ":memory:":
        raise ValueError(f"would lose its data, and each connection have its own; use {SQLITE}")
    if options:
        raise ValueError(f"has options, and SQLite takes none; use {SQLITE}")


def _check_server(text: str) -> None:
    try:
        parts = urlsplit(text)
        named = parts.hostname and parts.path.strip("/")
        _ = parts.port
        _check_login(parts)
    except ValueError:
        raise ValueError(
            f"has a port that is not a number, or a character to be percent-encoded; use {MYSQL}"
        ) from None
    if not named:
        raise ValueError(f"names no host or no database; use {MYSQL}")
    tls_options(parts.query)


def _check_login(parts: SplitResult) -> None:
    """See that the end of a password was not taken for something else, which errors would quote.

    Raises:
        ValueError: it may have been.
    """
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError


def _check_service(text: str) -> None:
    try:
        parts = urlsplit(text)
        named = parts.hostname
        _ = parts.port
        _check_login(parts)
    except ValueError:
        raise ValueError(
            f"has a port that is not a number, or a character to be percent-encoded; use {SERVICE}"
        ) from None
    if not named or parts.query or parts.fragment:
        raise ValueError(f"is not the home of a service; use {SERVICE}")
