"""The settings that the service adds to those of any."""

from dataclasses import fields

import pytest

from ogrom.operations.settings import errors, look_up, read, variables
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings, locales


def test_defaults_are_those_that_the_variables_name() -> None:
    """What `ogrom-api settings` shows as default is the default, and no meaning is left out."""
    defaults = Settings()
    for field, variable in zip(fields(Settings), variables(Settings), strict=True):
        assert getattr(defaults, field.name) == variable.read(variable.default)
        assert variable.name.startswith("OGROM_")
        assert variable.meaning


def test_the_breakers_old_variable_is_still_read() -> None:
    """A deployment that sets it goes on as it is."""
    assert read(Settings, {"OGROM_BREAKER_REST": "3"}).breaker_reset_timeout == 3.0


def test_printing_settings_shows_no_password() -> None:
    """Settings may be logged."""
    assert "secret" not in repr(Settings(database_url=DatabaseUrl("mysql://root:secret@host/db")))


def test_the_error_about_a_url_shows_no_password() -> None:
    """It says which there are instead."""
    environ = {"OGROM_DATABASE_URL": "mysq://root:secret@host/db"}
    (said,) = errors(Settings, look_up(Settings, environ, {}), environ)
    assert said == (
        "OGROM_DATABASE_URL 'mysq://root:***@host/db' has an unknown scheme 'mysq'; "
        "use mysql:// or sqlite:///, or https:// for another Ogrom"
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
    with pytest.raises(ValueError, match="which is not a locale"):
        locales(value)


def test_a_locale_stands_once() -> None:
    """Two mounts of one prefix could not both be reached."""
    with pytest.raises(ValueError, match="names de-DE twice"):
        locales("de-DE,fr-FR,de-DE")
