"""The settings of access, as texts."""

import pytest

from ogrom.operations.access.parsers import Rate, RateStore, jwks, origins, rate_store, rates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("600/minute", (Rate(600, 60),)),
        ("10/second; 600 per 5 minutes", (Rate(10, 1), Rate(600, 300))),
        ("1 per hour", (Rate(1, 3600),)),
        ("5/2 days", (Rate(5, 172800),)),
    ],
)
def test_rates_are_read(text: str, expected: tuple[Rate, ...]) -> None:
    """In the notation of the library that counts."""
    assert rates(text) == expected


@pytest.mark.parametrize(
    "text", ["600", "0/minute", "-1/minute", "600/fortnight", "600/minute;", "x", "6e2/minute"]
)
def test_what_is_no_rate_is_told(text: str) -> None:
    """With what to write."""
    with pytest.raises(ValueError, match="use one such as 600/minute"):
        rates(text)


def test_a_store_is_in_memory_or_shared() -> None:
    """Its URL may have a password, and is not printed."""
    assert not rate_store("memory://").is_shared
    assert rate_store("redis://:s3cret@host:6379/1").is_shared
    assert "s3cret" not in repr(rate_store("redis://:s3cret@host:6379/1"))
    assert rate_store("rediss://host") == RateStore("rediss://host")
    for text in ("", "redis", "redis:host", "memcached://host"):
        with pytest.raises(ValueError, match="use memory:// or redis://"):
            rate_store(text)


def test_a_key_set_is_a_path_or_an_https_url() -> None:
    """What came over a network that anybody writes to would let anybody in."""
    assert jwks("") is None
    for text in ("keys.json", "/etc/ogrom/keys.json", "https://id.example/jwks.json"):
        assert jwks(text) == text
    for text in ("http://id.example/jwks.json", "https://me:s3cret@id.example/", "https://", "ftp://x/y"):
        with pytest.raises(ValueError, match="is not a JWK set; use an https URL"):
            jwks(text)


def test_origins_are_as_browsers_write_them() -> None:
    """A scheme, a host and maybe a port, and nothing behind."""
    assert origins("") == ()
    assert origins("*") == ("*",)
    said = "https://Shop.example, http://localhost:3000,http://[::1]:8080"
    assert origins(said) == ("https://shop.example", "http://localhost:3000", "http://[::1]:8080")
    with pytest.raises(ValueError, match=r"use \* alone"):
        origins("*,https://shop.example")
    for text in ("shop.example", "https://shop.example/", "https://*.example", "null", "file://x"):
        with pytest.raises(ValueError, match="not an origin"):
            origins(text)
