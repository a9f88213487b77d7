"""Callers: what a program that calls us tells of its own request."""

import re

TIME_LEFT = "x-envoy-expected-rq-timeout-ms"
"""How many milliseconds the caller waits: Envoy's name for it, and `ogrom.sources.remote`'s."""

_MILLISECONDS = re.compile(r"[0-9]{1,9}")


def seconds_left(field: str | None, most: float) -> float:
    """How long the request may take, in seconds: what the caller waits, and never more than `most`.

    Args:
        field: the value of `TIME_LEFT`; one that is no number says nothing.
        most: our own limit.
    """
    if field is None or not _MILLISECONDS.fullmatch(field):
        return most
    return min(most, int(field) / 1000)
