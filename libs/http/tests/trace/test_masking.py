"""What a trace may keep."""

import time

import pytest

from ogrom.http.secrets import MASK
from ogrom.http.trace.masking import ASKED_FIELDS, MAX_LENGTH, fields, short, shown


@pytest.mark.parametrize(
    "text",
    [
        "/login?user=7&token=geheim",
        "Draft(name='a', password='geheim')",
        "{'api_key': \"geheim\", 'id': 1}",
        "Authorization: Bearer geheim",
        "session_id=geheim; id=1",
        "password='geheim",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    """Wherever a name says that a secret follows."""
    assert "geheim" not in shown(text)
    assert MASK in shown(text)


def test_other_texts_are_as_they_are() -> None:
    """But on one line, and bounded."""
    assert shown("Product(id=7,\n name='Schuh')") == "Product(id=7, name='Schuh')"
    assert len(shown("x" * 10_000)) == MAX_LENGTH


def test_no_text_takes_long() -> None:
    """A client cannot keep us busy with it."""
    begin = time.thread_time()
    shown("token" * 100_000)
    shown("-" * 1_000_000)
    assert time.thread_time() - begin < 1.0


def test_a_value_without_repr_breaks_nothing() -> None:
    """A trace must not change what is traced."""

    class Broken:
        def __repr__(self) -> str:
            raise ValueError

    assert short(Broken()).endswith("its repr raised ValueError>")
    assert short({"a": 1}) == "{'a': 1}"


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "Set-Cookie", "Proxy-Authorization", "X-Api-Key", "Ogrom-Trace-Request"],
)
def test_fields_that_hold_credentials_say_only_that_they_are_there(name: str) -> None:
    """In any case of letters."""
    assert fields([(name, "geheim"), ("Accept", "text/html")]) == ((name, MASK), ("Accept", "text/html"))


def test_the_fields_that_are_looked_at_are_in_order() -> None:
    """In lower case, each once."""
    assert list(ASKED_FIELDS) == sorted({name.lower() for name in ASKED_FIELDS})
