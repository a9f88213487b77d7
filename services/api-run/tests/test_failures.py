"""Failures and the advice in them."""

import pytest
from sqlalchemy.exc import OperationalError

from ogrom.operations.command_line import Failure
from ogrom.protocols.errors import Unavailable
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.failures import explained, require_database

_MYSQL = DatabaseUrl("mysql://root:secret@host/db")
_SQLITE = DatabaseUrl("sqlite:///file")


class _DriverError(Exception):
    """An error of a driver, with its number."""

    def __init__(self, errno: int, message: str) -> None:
        super().__init__(message)
        self.errno = errno


def test_each_line_of_a_failure_is_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """Of several errors, each says whose it is."""
    Failure("one\ntwo").show()
    assert capsys.readouterr().err == "ogrom: one\nogrom: two\n"


@pytest.mark.parametrize(
    ("number", "advice"), [(1045, "check user and password"), (1049, "create it"), (9999, "check the server")]
)
def test_an_error_of_the_driver_comes_with_advice(number: int, advice: str) -> None:
    """The number decides what to do."""
    with pytest.raises(Failure, match=advice) as failure, explained(_MYSQL):
        raise OperationalError("SELECT 1", {}, _DriverError(number, "no\n  luck"))
    assert failure.value.message.startswith("database: mysql://root:***@host/db cannot be used: no luck; ")


def test_an_error_of_a_source_comes_with_the_advice_of_its_cause() -> None:
    """Sources translate errors; the number is in what they translated."""
    error = Unavailable("database", "cannot connect")
    error.__cause__ = OperationalError("SELECT 1", {}, _DriverError(2003, "cannot connect"))
    with pytest.raises(Failure, match="cannot connect; start the server"), explained(_MYSQL):
        raise error


def test_an_error_of_the_system_comes_with_advice_about_the_file() -> None:
    """A folder that cannot be made is SQLite's own kind of trouble."""
    with pytest.raises(Failure, match="Permission denied; see that it is Ogrom's file"), explained(_SQLITE):
        raise PermissionError(13, "Permission denied")


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    """No advice hides a bug."""
    with pytest.raises(ZeroDivisionError), explained(_MYSQL):
        _ = 1 / 0


def test_a_service_in_place_of_a_database_is_explained() -> None:
    """It keeps its own tables, and its address is no database's."""
    url = DatabaseUrl("http://me:secret@other:8080/")
    with pytest.raises(
        Failure, match=r"^migrate: http://me:\*\*\*@other:8080/ is a service and keeps its own"
    ):
        require_database(url, "migrate")
    with (
        pytest.raises(Failure, match=r"^service: .* cannot be used: gone; start it, or check"),
        explained(url),
    ):
        raise Unavailable("products", "gone")
    require_database(DatabaseUrl("sqlite:///x"), "migrate")
