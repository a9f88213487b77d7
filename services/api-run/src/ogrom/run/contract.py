"""The contract with clients: its version, and what it says whatever a deployment sets."""

from ogrom.http import Endpoint
from ogrom.http.openapi import contract, describe, written

from .documentation import described, finished, info

VERSION = "5.1.0"
"""The version of the contract (SemVer 2.0.0), `info.version` of the description; a release writes it."""


def written_contract(endpoints: tuple[Endpoint, ...], front: tuple[Endpoint, ...]) -> bytes:
    """The contract as it lies in `contracts/`.

    Which markets there are and how often somebody may ask is a deployment's affair, so neither is told.

    Args:
        endpoints: those of each market.
        front: those that belong to no market.
    """
    document = describe(described(endpoints, front, ()), info(VERSION))
    return written(contract(finished(document, everything=(), writes=())))
