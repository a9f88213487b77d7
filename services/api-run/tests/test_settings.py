"""The settings as a value, and its variables."""

from dataclasses import FrozenInstanceError, fields

import pytest

from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import VARIABLES, Settings


def test_defaults_are_those_that_the_variables_name() -> None:
    """What `ogrom-api settings` shows as default is the default."""
    defaults = Settings()
    for field, variable in zip(fields(Settings), VARIABLES, strict=True):
        assert getattr(defaults, field.name) == variable.read(variable.default)


def test_every_variable_says_what_it_means() -> None:
    """Names begin with OGROM_ and no meaning is left out."""
    assert all(each.name.startswith("OGROM_") and each.meaning for each in VARIABLES)


def test_settings_are_frozen() -> None:
    """Nobody changes a setting while others rely on it."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_printing_settings_shows_no_password() -> None:
    """Settings may be logged."""
    assert "secret" not in repr(Settings(database_url=DatabaseUrl("mysql://root:secret@host/db")))
