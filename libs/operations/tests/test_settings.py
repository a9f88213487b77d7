"""From the environment and options to settings."""

from dataclasses import FrozenInstanceError

import pytest

from ogrom.operations.settings import (
    ServiceSettings,
    SettingsError,
    errors,
    flag,
    header_text,
    look_up,
    networks,
    one_of,
    read,
    seconds,
    seconds_or_none,
    text,
    variables,
    whole_number,
)


def _origins(environ: dict[str, str], options: dict[str, str]) -> dict[str, str]:
    return {each.variable.name: each.origin for each in look_up(ServiceSettings, environ, options)}


def test_without_anything_said_the_defaults_hold() -> None:
    """An empty environment makes the default settings."""
    assert read(ServiceSettings, {}) == ServiceSettings()


def test_an_option_goes_before_the_environment() -> None:
    """Who types a port means it."""
    environ = {"OGROM_PORT": "1", "OGROM_HOST": "::1"}
    found = read(ServiceSettings, environ, {"--port": "2", "--host": None})
    assert (found.port, found.host) == (2, "::1")
    origins = _origins(environ, {"--port": "2"})
    assert (origins["OGROM_PORT"], origins["OGROM_HOST"]) == ("--port", "environment")
    assert origins["OGROM_THREADS"] == "default"


def test_an_empty_variable_is_not_set() -> None:
    """Compose files pass on variables that nobody has set as empty ones."""
    assert read(ServiceSettings, {"OGROM_PORT": ""}).port == 8080


def test_a_variable_that_was_renamed_is_still_read_by_its_old_name() -> None:
    """Where it is not set by its new one; errors and the list of settings say which one was set."""
    old, new = {"OGROM_DRAIN_GRACE": "3"}, {"OGROM_SHUTDOWN_DELAY": "4"}
    settings = read(ServiceSettings, old)
    assert settings.shutdown_delay == settings.drain_grace == 3.0
    assert read(ServiceSettings, old | new).shutdown_delay == 4.0
    assert _origins(old, {})["OGROM_SHUTDOWN_DELAY"] == "OGROM_DRAIN_GRACE"
    with pytest.raises(SettingsError, match="OGROM_DRAIN_GRACE 'x' is not a number of seconds"):
        read(ServiceSettings, {"OGROM_DRAIN_GRACE": "x"})


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    """A typo does not silently leave the default in force."""
    environ = {"OGROM_PRT": "1", "OGROM_XYZZY": "2"}
    assert errors(ServiceSettings, look_up(ServiceSettings, environ, {}), environ) == (
        "OGROM_PRT is not a setting; did you mean OGROM_PORT?",
        "OGROM_XYZZY is not a setting; run `settings` to list them all.",
    )


def test_a_secret_is_shown_to_nobody() -> None:
    """Neither as it was found, nor in the error about it."""
    environ = {"OGROM_TRACE_KEY": "geheim", "OGROM_TRACE": "yes"}
    found = look_up(ServiceSettings, environ, {})
    assert "geheim" not in repr([each.shown for each in found])
    assert errors(ServiceSettings, found, environ) == (
        "OGROM_TRACE 'yes' is neither 0 nor 1; use 1 for on, 0 for off",
        "OGROM_TRACE_KEY '***' is too short; use at least 32 characters, such as the output of `openssl rand -hex 32`",
    )


_port = whole_number(0, 65535, "a port")


def test_numbers_within_bounds_are_read() -> None:
    """Both bounds belong to the range."""
    assert [_port(each) for each in ("0", "8080", "65535")] == [0, 8080, 65535]


@pytest.mark.parametrize("value", ["-1", "65536", "80.0", " 80", "8_0", "+80", "٨٠", "http", "9" * 5000])
def test_what_is_no_number_within_bounds_is_refused(value: str) -> None:
    """A number has digits only, and the message says which numbers are right."""
    with pytest.raises(ValueError, match="is not a port; use a whole number from 0 to 65535"):
        _port(value)


def test_seconds_may_have_decimals() -> None:
    """A time span may be shorter than a second."""
    assert (seconds("10"), seconds("0.5")) == (10.0, 0.5)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1e3", "3601", "ten"])
def test_what_is_no_time_span_is_refused(value: str) -> None:
    """Nobody waits for no time, or for ever."""
    with pytest.raises(ValueError, match=r"use one from 0\.1 to 3600"):
        seconds(value)


def test_a_time_span_may_be_none_where_that_is_said() -> None:
    """Nothing but 0 means so."""
    assert (seconds_or_none("0"), seconds_or_none("0.5")) == (0.0, 0.5)
    for value in ("", "0.0", "0.05", "-0", "off"):
        with pytest.raises(ValueError, match=r"use one from 0\.1 to 3600, or 0 for none"):
            seconds_or_none(value)


def test_any_text_is_text() -> None:
    """A host's name is the system's affair."""
    assert text("localhost") == "localhost"


def test_a_flag_is_0_or_1() -> None:
    """Nothing else, so that nobody wonders what `no` means."""
    assert (flag("0"), flag("1")) == (False, True)
    with pytest.raises(ValueError, match="is neither 0 nor 1"):
        flag("true")


def test_networks_and_addresses_stand_between_commas() -> None:
    """Of either version; an address is a network of one, and nobody is a word."""
    found = networks("10.0.0.0/8, 127.0.0.1,::1")
    assert [str(each) for each in found] == ["10.0.0.0/8", "127.0.0.1/32", "::1/128"]
    assert networks("none") == ()


@pytest.mark.parametrize("value", [",", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/8;::1", "10.0"])
def test_what_is_no_network_is_refused(value: str) -> None:
    """A mistake would let in strangers, or keep out the operators."""
    with pytest.raises(ValueError, match=r"which is not a network; use some such as 10\.0\.0\.0/8"):
        networks(value)


def test_one_of_some_words_is_taken() -> None:
    """The message lists them."""
    assert one_of("text", "json")("json") == "json"
    with pytest.raises(ValueError, match="is unknown; use text or json"):
        one_of("text", "json")("xml")


def test_a_text_for_a_header_field_is_one_plain_word() -> None:
    """It is sent as it is."""
    assert header_text("v1.2-3f2a9c1") == "v1.2-3f2a9c1"
    for value in ("two words", "a\r\nEvil: 1", "ä", "x" * 129):
        with pytest.raises(ValueError, match="is not a plain word"):
            header_text(value)


class ShopSettings(ServiceSettings):
    """Those of a service of its own."""

    prefix = "SHOP_"


def test_a_service_has_variables_of_its_own() -> None:
    """By its prefix; those of others are none of its business."""
    assert read(ShopSettings, {"SHOP_PORT": "81", "OGROM_PORT": "82", "OGROM_PRT": "83"}).port == 81
    with pytest.raises(SettingsError, match=r"SHOP_PRT is not a setting; did you mean SHOP_PORT\?"):
        read(ShopSettings, {"SHOP_PRT": "81"})


def test_all_errors_come_at_once_and_name_who_said_it() -> None:
    """Whoever mends one need not start again to learn of the next."""
    environ = {"OGROM_RATE_STORE": "disk://me:hunter2@host/", "OGROM_THREADS": "none", "HOME": "/"}
    with pytest.raises(SettingsError) as told:
        read(ServiceSettings, environ, {"--port": "70000"})
    assert str(told.value).splitlines() == [
        "--port '70000' is not a port; use a whole number from 0 to 65535",
        "OGROM_THREADS 'none' is not a number of threads; use a whole number from 1 to 256",
        "OGROM_RATE_STORE 'disk://me:***@host/' is not a store for rate limits; use memory:// or redis://host:6379",
    ]


def test_settings_are_frozen_and_defaults_are_those_that_the_variables_name() -> None:
    """What is shown as default is the default, and nobody changes a setting while others rely on it."""
    defaults = ServiceSettings()
    for each in variables(ServiceSettings):
        assert getattr(defaults, each.field) == each.read(each.default)
        assert each.name.startswith("OGROM_")
        assert each.meaning
    with pytest.raises(FrozenInstanceError):
        defaults.port = 1  # type: ignore[misc]
