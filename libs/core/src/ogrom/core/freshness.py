"""Freshness: how a response says that its data came from memory."""

from collections.abc import Mapping
from math import ceil, floor

from ogrom.protocols.copies import Copies

NAMES = ("Age", "Cache-Status")


def freshness(copies: Copies | None) -> Mapping[str, str]:
    """`Age` and `Cache-Status` of a response; nothing where its data were read anew.

    With Age, what Cache-Control promises holds for the data: a client keeps them so much shorter (RFC 9111,
    4.2.3). In Cache-Status a `ttl` below 0 is the age of staleness (RFC 9211), so that who reads a response
    sees that the store behind it did not answer.
    """
    if copies is None or copies.age is None or copies.fresh_for is None:
        return {}
    return {"Age": str(ceil(copies.age)), "Cache-Status": f"ogrom; hit; ttl={floor(copies.fresh_for)}"}
