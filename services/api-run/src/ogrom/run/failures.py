"""Failures of the database: what the person at the command line can do about each, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from ogrom.operations.command_line import Failure

from .database_url import DatabaseUrl


def require_database(url: DatabaseUrl, command: str) -> None:
    """Check that the command has a database to work on.

    Raises:
        Failure: the data is another service's.
    """
    if url.is_service:
        raise Failure(
            f"{command}: {url} is a service and keeps its own database; name a database: --database"
        )


# What to do about those errors of MySQL and MariaDB that a person can fix, by their numbers.
_ADVICE = {
    1044: "let the user use this database: GRANT ALL ON database.* TO user",
    1045: "check user and password",
    1049: "create it: CREATE DATABASE ... CHARACTER SET utf8mb4",
    1142: "let the user change tables: GRANT ALL ON database.* TO user",
    1205: "wait until long transactions are done, or end them: SHOW PROCESSLIST",
    1227: "let the user see whose transactions are open: GRANT PROCESS ON *.* TO user",
    1698: "check user and password",
    2002: "start the server, or check host and port",
    2003: "start the server, or check host and port",
    2005: "check the host's name",
    2026: "check ssl-mode and the files of the URL, and the server's certificate",
}
_SQLITE_ADVICE = "see that it is Ogrom's file in a folder that you may write in, or take another: --database"
_SERVICE_ADVICE = "start it, or check the address: --database"
_OTHER_ADVICE = "check the server, or take another: --database"


@contextmanager
def explained(url: DatabaseUrl) -> Iterator[None]:
    """Say what to do if the database cannot be used.

    Raises:
        Failure: what is wrong with it.
    """
    # These imports take a second, and help must not wait for them.
    from sqlalchemy.exc import DBAPIError

    from ogrom.protocols.errors import SourceError

    try:
        yield
    except SourceError as error:
        raise Failure(_reason(url, error.message, error.__cause__)) from error
    except DBAPIError as error:
        raise Failure(_reason(url, str(error.orig), error)) from error
    except OSError as error:
        raise Failure(_reason(url, error.strerror or str(error), error)) from error


def _reason(url: DatabaseUrl, message: str, cause: BaseException | None) -> str:
    if url.is_service:
        return f"service: {url} cannot be used: {' '.join(message.split())}; {_SERVICE_ADVICE}"
    number = getattr(getattr(cause, "orig", None), "errno", None)
    advice = _SQLITE_ADVICE if url.is_sqlite else _ADVICE.get(number or 0, _OTHER_ADVICE)
    return f"database: {url} cannot be used: {' '.join(message.split())}; {advice}"
