"""The readers of settings."""

import pytest

from ogrom.run.readers import (
    flag,
    header_text,
    locales,
    networks,
    one_of,
    seconds,
    seconds_or_none,
    text,
    whole_number,
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
    with pytest.raises(ValueError, match=r"which is no network; use some like 10\.0\.0\.0/8"):
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
        with pytest.raises(ValueError, match="is no plain word"):
            header_text(value)
