"""From the environment and options to settings."""

from ogrom.run.environment import errors, look_up, settings_of
from ogrom.run.settings import Settings


def _origins(environ: dict[str, str], options: dict[str, str]) -> dict[str, str]:
    return {each.variable.name: each.origin for each in look_up(environ, options)}


def test_without_anything_said_the_defaults_hold() -> None:
    """An empty environment makes the default settings."""
    found = look_up({}, {})
    assert errors(found, {}) == ()
    assert settings_of(found) == Settings()


def test_an_option_goes_before_the_environment() -> None:
    """Who types a port means it."""
    environ = {"OGROM_PORT": "1", "OGROM_HOST": "::1"}
    found = settings_of(look_up(environ, {"--port": "2", "--host": None}))
    assert (found.port, found.host) == (2, "::1")
    origins = _origins(environ, {"--port": "2"})
    assert (origins["OGROM_PORT"], origins["OGROM_HOST"]) == ("--port", "environment")
    assert origins["OGROM_THREADS"] == "default"


def test_an_empty_variable_is_not_set() -> None:
    """Compose files pass on variables that nobody has set as empty ones."""
    assert settings_of(look_up({"OGROM_PORT": ""}, {})).port == 8080


def test_all_errors_come_at_once_and_name_who_said_it() -> None:
    """Whoever mends one need not start again to learn of the next."""
    environ = {"OGROM_DATABASE_URL": "mysq://root:secret@host/db", "OGROM_THREADS": "none", "HOME": "/"}
    said = errors(look_up(environ, {"--port": "70000"}), environ)
    assert said == (
        (
            "OGROM_DATABASE_URL 'mysq://root:***@host/db' has an unknown scheme 'mysq'; "
            "use mysql:// or sqlite:///, or https:// for another Ogrom"
        ),
        "--port '70000' is not a port; use a whole number from 0 to 65535",
        "OGROM_THREADS 'none' is not a number of threads; use a whole number from 1 to 256",
    )


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    """A typo does not silently leave the default in force."""
    environ = {"OGROM_PRT": "1", "OGROM_XYZZY": "2"}
    assert errors(look_up(environ, {}), environ) == (
        "OGROM_PRT is no setting; did you mean OGROM_PORT?",
        "OGROM_XYZZY is no setting; `ogrom-api settings` lists all.",
    )


def test_what_was_found_shows_no_password() -> None:
    """A value on its way to the settings may be logged as well."""
    found = look_up({"OGROM_DATABASE_URL": "mysql://root:secret@host/db"}, {})
    assert "secret" not in repr(found)
    assert found[0].shown == "mysql://root:***@host/db"


def test_a_secret_is_shown_to_nobody() -> None:
    """Neither as it was found, nor in the error about it."""
    environ = {"OGROM_TRACE_KEY": "geheim", "OGROM_TRACE": "yes"}
    found = look_up(environ, {})
    assert "geheim" not in repr([each.shown for each in found])
    assert errors(found, environ) == (
        "OGROM_TRACE 'yes' is neither 0 nor 1; use 1 to turn it on",
        "OGROM_TRACE_KEY '***' is too short; use 32 characters or more, such as `openssl rand -hex 32` prints",
    )
