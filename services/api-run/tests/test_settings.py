"""The settings as a value, and its variables."""

from dataclasses import FrozenInstanceError, fields

import pytest

from ogrom.operations.settings import errors, look_up, variables
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings, locales


def test_defaults_are_those_that_the_variables_name() -> None:
    """What `ogrom-api settings` shows as default is the default."""
    defaults = Settings()
    for field, variable in zip(fields(Settings), variables(Settings), strict=True):
        assert getattr(defaults, field.name) == variable.read(variable.default)


def test_every_variable_says_what_it_means() -> None:
    """Names begin with OGROM_ and no meaning is left out."""
    assert all(each.name.startswith("OGROM_") and each.meaning for each in variables(Settings))


def test_settings_are_frozen() -> None:
    """Nobody changes a setting while others rely on it."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_printing_settings_shows_no_password() -> None:
    """Settings may be logged."""
    assert "secret" not in repr(Settings(database_url=DatabaseUrl("mysql://root:secret@host/db")))


def test_all_errors_come_at_once_and_name_who_said_it() -> None:
    """Whoever mends one need not start again to learn of the next."""
    environ = {"OGROM_DATABASE_URL": "mysq://root:secret@host/db", "OGROM_THREADS": "none", "HOME": "/"}
    said = errors(Settings, look_up(Settings, environ, {"--port": "70000"}), environ)
    assert said == (
        "--port '70000' is not a port; use a whole number from 0 to 65535",
        "OGROM_THREADS 'none' is not a number of threads; use a whole number from 1 to 256",
        (
            "OGROM_DATABASE_URL 'mysq://root:***@host/db' has an unknown scheme 'mysq'; "
            "use mysql:// or sqlite:///, or https:// for another Ogrom"
        ),
    )


def test_what_was_found_shows_no_password() -> None:
    """A value on its way to the settings may be logged as well."""
    found = look_up(Settings, {"OGROM_DATABASE_URL": "mysql://root:secret@host/db"}, {})
    assert "secret" not in repr(found)
    (shown,) = (each.shown for each in found if each.variable.field == "database_url")
    assert shown == "mysql://root:***@host/db"


def test_locales_stand_between_commas() -> None:
    """Spaces around them do not matter, their order does."""
    assert locales("pl-PL, de-DE,zh-Hant-TW") == ("pl-PL", "de-DE", "zh-Hant-TW")


@pytest.mark.parametrize(
    "value", [",", "de_DE", "DE-de", "de-DE,", "de-" + "-".join(["abcdefgh"] * 5), "de/DE"]
)
def test_what_is_no_locale_is_refused(value: str) -> None:
    """A locale becomes a path segment, so it is checked."""
    with pytest.raises(ValueError, match="which is no locale"):
        locales(value)


def test_a_locale_stands_once() -> None:
    """Two mounts of one prefix could not both be reached."""
    with pytest.raises(ValueError, match="names de-DE twice"):
        locales("de-DE,fr-FR,de-DE")
