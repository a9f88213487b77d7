"""Secrets."""

import pytest

from ogrom.operations.secrets import Secret, masked, passwords_in, secret


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
        ValueError,
        match="is too short; use at least 32 characters, such as the output of `openssl rand -hex 32`",
    ):
        secret("x" * 31)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql://root:secret@host:3306/db", "mysql://root:***@host:3306/db"),
        ("mysql://root@host:3306/db", "mysql://root@host:3306/db"),
        ("mysql://root:a@b/c:d@host/db", "mysql://root:***@host/db"),
        ("https://u:secret@host:1/", "https://u:***@host:1/"),
        ("mysql://:secret@host/db", "mysql://:***@host/db"),
        ("root:secret@host/db", "root:***@host/db"),
        ("mysql:/root:secret@host", "mysql:***@host"),
        ("mysql://host/db?password=secret&ssl=1", "mysql://host/db?password=***&ssl=1"),
        ("sqlite:///a@b:c", "sqlite:///a@b:c"),
    ],
)
def test_a_password_is_masked_and_nothing_else(url: str, shown: str) -> None:
    """A URL stays readable without its password, even a misspelt one."""
    assert masked(url) == shown


@pytest.mark.parametrize(
    ("url", "passwords"),
    [
        ("mysql://root:p%40ss@host/db", ("p%40ss",)),
        ("mysql://root:a@b:c@host/db", ("a@b:c",)),
        ("mysql://root:one@host/db?password=two&passwd2=three", ("one", "two", "three")),
        ("mysql://root@host:3306/db", ()),
        ("sqlite:///a", ()),
    ],
)
def test_the_passwords_are_found_that_are_masked(url: str, passwords: tuple[str, ...]) -> None:
    """Whoever keeps them out of a log must know them."""
    assert passwords_in(url) == passwords
