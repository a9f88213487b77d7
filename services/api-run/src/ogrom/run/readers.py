"""Readers: the text of a setting as a value, or a ValueError that says what to write.

A message goes on where the faulty text has been quoted: `OGROM_PORT 'http' ` + `is not a port; use ...`.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

# A language, then subtags, as in RFC 5646; as long as its longest useful tags (section 4.4.1).
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_LOCALE = 35

# What a header field and a metric's label take as it is; as long as a name may be.
_HEADER_TEXT = re.compile(r"[!-~]{0,128}")


def text(value: str) -> str:
    """Any text."""
    return value


def header_text(value: str) -> str:
    """A short text that a header field can hold as it is."""
    if not _HEADER_TEXT.fullmatch(value):
        raise ValueError("is no plain word; use at most 128 letters, digits and signs of ASCII, and no space")
    return value


def one_of(*known: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"is unknown; use {' or '.join(known)}")
        return value

    return read


def whole_number(least: int, most: int, what: str) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`; `what` names them in the message."""

    def read(value: str) -> int:
        # int() would take signs, spaces, underscores and the digits of every script.
        number = int(value) if re.fullmatch(r"[0-9]{1,18}", value) else -1
        if not least <= number <= most:
            raise ValueError(f"is not {what}; use a whole number from {least} to {most}")
        return number

    return read


def flag(value: str) -> bool:
    """Whether something is on: 1 or 0."""
    if value not in ("0", "1"):
        raise ValueError("is neither 0 nor 1; use 1 to turn it on")
    return value == "1"


def seconds(value: str) -> float:
    """A time span from a tenth of a second to an hour."""
    number = float(value) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) else -1.0
    if not 0.1 <= number <= 3600:
        raise ValueError("is not a number of seconds; use one from 0.1 to 3600")
    return number


def seconds_or_none(value: str) -> float:
    """A time span as `seconds` reads it, or 0 for none."""
    try:
        return 0.0 if value == "0" else seconds(value)
    except ValueError as error:
        raise ValueError(f"{error}, or 0 for none") from None


def locales(value: str) -> tuple[str, ...]:
    """One or more locales between commas, each once."""
    found = tuple(part.strip() for part in value.split(","))
    for locale in found:
        if not _LOCALE.fullmatch(locale) or len(locale) > _LONGEST_LOCALE:
            raise ValueError(f"holds {locale!r}, which is no locale; use some like de-DE,en-GB")
        if found.count(locale) > 1:
            raise ValueError(f"names {locale} twice; name each locale once")
    return found


def proxy(value: str) -> str:
    """The address of a proxy, `*` for any, or nothing for none."""
    try:
        return value if value in ("", "*") else str(ip_address(value))
    except ValueError:
        raise ValueError(
            "is no address; use one such as 10.0.0.7, or * where only proxies reach us"
        ) from None


def networks(value: str) -> tuple[Network, ...]:
    """Networks and addresses between commas; none for the word `none`."""
    return () if value == "none" else tuple(_network(part.strip()) for part in value.split(","))


def _network(part: str) -> Network:
    try:
        return ip_network(part)
    except ValueError:
        # A part that looks like a network may have bits beyond its mask, which one of the two is wrong.
        raise ValueError(
            f"holds {part!r}, which is no network; use some like 10.0.0.0/8,192.0.2.7,::1, or none"
        ) from None
