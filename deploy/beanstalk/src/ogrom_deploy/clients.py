"""What clients of the API notice: the contract of each version, and since when clients have had which.

A contract is the OpenAPI document that `ogrom-api contract` writes. The store has each once, by its digest; the digest
of each version; and a line for each time at which clients got another one.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from ogrom_rules.contract import UNANNOUNCED, Break, ContractFinding, compare, first, unannounced

from .ports import Conflict, Store

Contract = Mapping[str, Any]

DOCUMENTS, VERSIONS, LIVE = "contracts/documents/", "contracts/versions/", "contracts/live/"
_UNKNOWN = "unknown"
"""In the place of a digest: clients had a version whose contract nobody gave."""


@dataclass(frozen=True)
class Difference:
    """What clients notice of a deployment.

    Attributes:
        live: the label that they have now.
        findings: what changes, the most serious first.
        breaks: what breaks those who were not told for long enough.
        unknown: why nothing is known; empty if it is.
        allowed: why they are broken nevertheless, as somebody said.
        refuses: whether the deployment must not begin, unless somebody says why.
    """

    live: str = ""
    findings: tuple[ContractFinding, ...] = ()
    breaks: tuple[Break, ...] = ()
    unknown: str = ""
    allowed: str = ""
    refuses: bool = False

    @property
    def lines(self) -> Sequence[str]:
        """What a person reads of it."""
        told = (f"Clients notice, {each.level}: {each.symbol}: {each.text}" for each in self.findings)
        return (self.unknown,) if self.unknown else first(told)

    @property
    def refusal(self) -> str:
        """Why the deployment must not begin; empty if it may."""
        if not self.refuses or self.allowed:
            return ""
        if self.unknown:
            return f'{self.unknown} Give it by --contract FILE, or say why it does not matter: --reason "..."'
        broken = "".join(f"\n  {each}" for each in first(self.breaks))
        return (
            f"it breaks clients who were not told for long enough:{broken}\nDeploy a version that only deprecates it, "
            'and this one when that has been live for the notice period; or say why not: --reason "..."'
        )


def difference(
    store: Store, live: str, label: str, given: Contract | None, now: datetime, notice: timedelta
) -> Difference:
    """What clients notice when they get another version.

    Args:
        store: where the contracts are.
        live: the label of the version that they have; empty for none.
        label: of the version that they get.
        given: its contract, if somebody gave it; otherwise that in the store counts.
        now: the time.
        notice: how long something is deprecated before it goes.
    """
    old, new = of_version(store, live), given or of_version(store, label)
    if live in {"", label} or (old is None and new is None):
        return Difference()
    if old is None:
        return Difference(live, unknown=f"What clients notice is not known: {live} has no contract.")
    if new is None:
        unknown = f"What clients notice is not known: {label} has no contract, and {live} has one."
        return Difference(live, unknown=unknown, refuses=True)
    try:
        findings = compare(old, new)
        breaks = unannounced(findings, list(_live(store)), new, now.astimezone(UTC).date(), notice)
        known, reasons = (each["info"].get(UNANNOUNCED, {}) for each in (old, new))
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        unknown = (
            f"What clients notice is not known: the contract of {live} or {label} is damaged ({problem!r})."
        )
        return Difference(live, unknown=unknown, refuses=True)
    allowed = "; ".join(reasons[each] for each in reasons if each not in known) if breaks else ""
    return Difference(live, findings, breaks, allowed=allowed, refuses=bool(breaks))


def of_version(store: Store, label: str) -> Contract | None:
    """The contract of a version; None if nobody gave it."""
    found = store.read(VERSIONS + label)
    return _document(store, found[0].decode()) if found else None


def keep(store: Store, label: str, contract: Contract) -> bool:
    """Keep the contract of a version; whether the store now has this one, and not another."""
    content = msgspec.json.encode(contract)
    digest = hashlib.sha256(content).hexdigest()[:16]
    for name, text in ((f"{DOCUMENTS}{digest}.json", content), (VERSIONS + label, digest.encode())):
        with suppress(Conflict):  # it is there
            store.write(name, text, tag=None)
    found = store.read(VERSIONS + label)
    return found is not None and found[0].decode() == digest


def went_live(store: Store, label: str, now: datetime) -> None:
    """Note that clients have this version, if its contract is another one than they had."""
    found = store.read(VERSIONS + label)
    digest = found[0].decode() if found else _UNKNOWN
    *_, last = ("", *store.names(LIVE))
    if not (last.endswith(f"-{digest}") or (not last and digest == _UNKNOWN)):
        time = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        store.write(f"{LIVE}{time}-{digest}", label.encode(), tag=None)


def _live(store: Store) -> Iterator[tuple[date, Contract]]:
    """The contracts that clients have had, each with the day since which, the oldest first."""
    for name in store.names(LIVE):
        time, _, digest = name.removeprefix(LIVE).rpartition("-")
        yield datetime.fromisoformat(time).date(), _document(store, digest) or {}


def _document(store: Store, digest: str) -> Contract | None:
    found = store.read(f"{DOCUMENTS}{digest}.json")
    return msgspec.json.decode(found[0]) if found else None
