"""HAProxy's configuration: one frontend for clients, one for each colour, and a backend with slots for instances."""

from collections.abc import Mapping
from pathlib import Path

from ogrom_deploy.model import COLOURS, Colour

SLOTS = 10
"""How many instances a backend has room for: twice five, since old and new ones overlap in a deploy."""

CHECK_SECONDS = 0.2
"""How often HAProxy asks an instance whether it is ready."""

CHECKS_TO_EVICT = 3
CHECKS_TO_ADMIT = 2

# When it ended, who answered, with which status (-1 for none), after how many microseconds, and how it ended: the
# first letter of %tsc says whose fault that was, `-` for nobody's, `C` for the client's, `S` for the instance's. With
# %B, the bytes that were sent, HAProxy writes the line when the response is over; without, at its begin, and one that
# breaks off looks whole. The path comes last, since a client may put anything into it. %Ta would be in whole
# milliseconds: 0 for most requests.
_LOG = "%[date(0,us)] %ft %b %s %ST %[date(0,us),sub(txn.begun)] %tsc %B %[var(txn.release)] %HP"
_BEGUN = "http-request set-var(txn.begun) date(0,us)"


def configuration(folder: Path, journal: int, listeners: Mapping[str, int]) -> str:
    """The text of haproxy.cfg.

    Args:
        folder: where its socket and its map of weights are.
        journal: the descriptor of the file that requests are logged to.
        listeners: the descriptors of listening sockets by frontend: `live`, `blue`, `green`.
    """
    parts = (
        _common(folder, journal),
        _live(folder, listeners["live"]),
        *(_own(colour, listeners[colour]) for colour in COLOURS),
        *(_backend(colour) for colour in COLOURS),
    )
    return "\n".join(parts)


def _common(folder: Path, journal: int) -> str:
    # Retries and redispatch would hide what a deploy loses, and may do a POST twice.
    return f"""\
global
    stats socket {folder / "admin"} mode 600 level admin
    log fd@{journal} len 4096 format raw local0
    maxconn 2000
    nbthread 1
    hard-stop-after 5s

defaults
    mode http
    log global
    log-format "{_LOG}"
    retries 0
    no option redispatch
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
    timeout check 2s
"""


def _live(folder: Path, listener: int) -> str:
    return f"""\
frontend live
    bind fd@{listener}
    {_BEGUN}
    http-request set-var(txn.share) str(green),map_str_int({folder / "weights"},0)
    http-request set-var(txn.dice) rand(100)
    use_backend green if {{ var(txn.dice),sub(txn.share) lt 0 }}
    default_backend blue
"""


def _own(colour: Colour, listener: int) -> str:
    return f"""\
frontend {colour}-itself
    bind fd@{listener}
    {_BEGUN}
    # Nobody is there: no answer either, so that nobody takes ours for the service's.
    tcp-request connection reject if {{ nbsrv({colour}) eq 0 }}
    default_backend {colour}
"""


def _backend(colour: Colour) -> str:
    """The slots of a colour, all empty.

    Where no instance is ready, requests go to all of them, as they do behind a load balancer of Amazon's: what the
    service can answer from memory is answered, and its own 503 is better than the balancer's.
    """
    checks = f"check inter {CHECK_SECONDS * 1000:.0f}ms fall {CHECKS_TO_EVICT} rise {CHECKS_TO_ADMIT}"
    passive = "observe layer4 error-limit 1 on-error mark-down"
    slots = range(SLOTS)
    return "\n".join(
        (
            f"backend {colour}",
            "    balance roundrobin",
            "    http-response set-var(txn.release) res.hdr(Ogrom-Release)",
            "    option allbackups",
            "    option httpchk",
            "    http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host rehearsal hdr Connection close",
            *(f"    server {name(slot)} 127.0.0.1:9 {checks} {passive} disabled" for slot in slots),
            *(f"    server {name(slot)}-open 127.0.0.1:9 backup disabled" for slot in slots),
            "",
        )
    )


def name(slot: int) -> str:
    """HAProxy's name for a slot."""
    return f"slot{slot}"
