"""Secrets."""

import pytest

from ogrom.run.secret import Secret, secret


def test_a_secret_is_not_printed() -> None:
    """It may be part of what is logged."""
    assert "geheim" not in repr(Secret("geheim" * 6))


def test_no_text_is_no_secret() -> None:
    """A default may be that there is none."""
    assert secret("") is None


def test_a_secret_is_long() -> None:
    """A short one could be guessed; the message says how to make one."""
    assert secret("x" * 32) == Secret("x" * 32)
    with pytest.raises(
        ValueError, match="is too short; use 32 characters or more, such as `openssl rand -hex 32`"
    ):
        secret("x" * 31)
