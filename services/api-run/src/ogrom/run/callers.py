"""Callers: programs that are believed about how long they wait for us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ogrom.server import is_within

from .readers import Network

TIME_LEFT = "x-envoy-expected-rq-timeout-ms"
"""How many milliseconds the caller waits: Envoy's name for it, and `ogrom.client`'s."""

_KEY = f"HTTP_{TIME_LEFT.upper().replace('-', '_')}"
_MILLISECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Callers:
    """Who is believed: a stranger's deadline of a moment would look like a store that does not answer.

    Attributes:
        networks: where they are.
        most: how many seconds a request may take, whoever calls.
    """

    networks: tuple[Network, ...]
    most: float

    def seconds(self, environ: Mapping[str, Any]) -> float:
        """How long a request may take, in seconds: what a trusted caller waits, and never more than others get."""
        said: str | None = environ.get(_KEY)
        if said is None or not _MILLISECONDS.fullmatch(said) or not self._trusts(environ):
            return self.most
        return min(self.most, int(said) / 1000)

    def _trusts(self, environ: Mapping[str, Any]) -> bool:
        return is_within(environ.get("REMOTE_ADDR", ""), self.networks)
