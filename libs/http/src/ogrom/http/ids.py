"""Ids: names of requests, traces and the like, which nobody can guess and nothing else has."""

import os
from collections import deque

_DIGITS = 16
_AT_ONCE = 256
# Each call of the system lets another thread take Python's lock, and a request needs several names.
_ready: deque[str] = deque()
os.register_at_fork(after_in_child=_ready.clear)


def new_id() -> str:
    """16 hex digits, from the system's own source of randomness."""
    while True:
        try:
            return _ready.popleft()
        except IndexError:
            digits = os.urandom(_AT_ONCE * _DIGITS // 2).hex()
            _ready.extend([digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)])
