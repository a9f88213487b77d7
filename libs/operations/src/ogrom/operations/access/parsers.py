"""The settings of access: rates, where they are counted, key sets and origins, read from texts."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_STORES = ("memory", "redis", "rediss")

ANY_ORIGIN: Final = "*"


@dataclass(frozen=True)
class Rate:
    """How many requests a client may make in how many seconds."""

    requests: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.requests} requests per {self.seconds} s"


@dataclass(frozen=True)
class RateStore:
    """Where requests are counted; it can be printed, though its URL may have a password.

    Attributes:
        secret: the whole URL, to connect with.
    """

    secret: str = field(repr=False)

    @property
    def is_shared(self) -> bool:
        """Whether several processes count together."""
        return not self.secret.startswith("memory:")


def rates(value: str) -> tuple[Rate, ...]:
    """Limits in the notation of the library `limits`, such as `600/minute` or `10/second;600/minute`."""
    if not value:
        return ()
    from limits import parse_many  # heavy, and not needed without rates

    try:
        found = tuple(Rate(each.amount, each.get_expiry()) for each in parse_many(value))
    except ValueError:
        found = ()
    if not found or not all(each.requests and each.seconds for each in found):
        raise ValueError("is not a rate; use one such as 600/minute, or several such as 10/second;600/minute")
    return found


def rate_store(value: str) -> RateStore:
    """The URL of a store of counts."""
    scheme, separator, _ = value.partition("://")
    if scheme not in _STORES or not separator:
        raise ValueError("is not a store for rate limits; use memory:// or redis://host:6379")
    return RateStore(value)


def jwks(value: str) -> str | None:
    """The https URL or the path of a JWK set; None for an empty text."""
    scheme, separator, _ = value.partition("://")
    if separator and (
        scheme != "https" or urlsplit(value).username is not None or not urlsplit(value).hostname
    ):
        raise ValueError(
            "is not a JWK set; use an https URL such as https://issuer/jwks.json, without a password, or a file's path"
        )
    return value or None


def origins(value: str) -> tuple[str, ...]:
    """Origins between commas as browsers write them (RFC 6454, 6.2), or `*` for every one."""
    found = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    for each in found:
        if each == ANY_ORIGIN and len(found) > 1:
            raise ValueError("combines * with other origins; use * alone, or only the others")
        if each != ANY_ORIGIN and not _ORIGIN.fullmatch(each):
            raise ValueError(f"contains {each!r}, not an origin; use one such as https://shop.example, or *")
    return found
