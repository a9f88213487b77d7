"""Children: how they have ended."""

import signal

import pytest

from ogrom.server.children import describe_exit


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"),
        (3, "exit code 3"),
        (-signal.SIGKILL, "SIGKILL"),
        (-signal.SIGRTMIN - 1, f"signal {signal.SIGRTMIN + 1}"),
    ],
)
def test_every_end_has_words(code: int, words: str) -> None:
    """Also that by a signal without a name."""
    assert describe_exit(code) == words
