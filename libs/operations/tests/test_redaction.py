"""What no log may hold."""

import time
from urllib.parse import quote

import pytest
from hypothesis import assume, given, strategies as st

from ogrom.http.secrets import is_secret
from ogrom.operations.access.parsers import RateStore
from ogrom.operations.redaction import Redactor
from ogrom.operations.secrets import MASK, Secret, secrets_of
from ogrom.operations.settings import ServiceSettings

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl"
SIGNATURE = "1764079200." + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mysql://root:hunter2@db:3306/ogrom", "hunter2"),
        ("redis://:hunter2@cache/0", "hunter2"),
        ("to mysql://root:p/w@d@db/ogrom failed", "p/w@d"),
        ("Authorization: Bearer hunter2", "hunter2"),
        ("{'HTTP_AUTHORIZATION': 'Basic aHVudGVyMg=='}", "aHVudGVyMg"),
        ("[('Cookie', 'sid=hunter2; theme=dark')]", "hunter2"),
        ("set-cookie: sid=hunter2; Path=/", "hunter2"),
        (b"Authorization: hunter2".decode(), "hunter2"),
        (repr({"Authorization": b"Bearer hunter2"}), "hunter2"),
        ("GET /trace?token=hunter2&page=2", "hunter2"),
        ("access_token: hunter2, and more", "hunter2"),
        ('{"password": "hunter2"}', "hunter2"),
        ("OGROM_TRACE_KEY_SECRET=hunter2", "hunter2"),
        ("a bearer hunter2hunter2 was sent", "hunter2"),
        (f"refused {JWT}", JWT),
        (f"refused {SIGNATURE}", SIGNATURE),
        (f"Ogrom-Trace-Request: {SIGNATURE}", SIGNATURE),
        ("X-Api-Key: hunter2", "hunter2"),
    ],
)
def test_what_has_the_form_of_a_secret_is_masked(text: str, hidden: str) -> None:
    """Wherever a client sends one, and however a library prints it."""
    shown = Redactor()(text)
    assert hidden not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1/de-DE/products/1?limit=5 200",
        "the database failed 5 times in a row; its circuit breaker is open",
        "sqlite:///.ogrom/ogrom.sqlite3",
        "http://127.0.0.1:8080/v1/de-DE/",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ],
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    """A log of stars helps nobody."""
    assert Redactor()(text) == text


@given(st.text(min_size=4, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_known_secret_is_found_in_every_spelling(secret: str, before: str, after: str) -> None:
    """As it is, in a URL and in a literal, whatever characters it has."""
    # What is part of the mask itself cannot be told from it.
    assume(set(secret) != {"*"} and secret not in before + after)
    redact = Redactor([secret])
    for spelled in (secret, quote(secret, safe=""), repr(secret)[1:-1]):
        assert spelled not in redact(f"{before} {spelled} {after}").replace(MASK, "")


def test_a_short_password_does_not_take_half_of_the_log_along() -> None:
    """It is masked where it stands as a password, and nowhere else."""
    redact = Redactor(["a", "%41bc"])
    assert redact("mysql://root:a@host says a") == "mysql://root:***@host says a"
    assert redact("Abc is no secret") == "Abc is no secret"


def test_of_two_secrets_the_longer_goes_first() -> None:
    """Nothing of it remains."""
    assert Redactor(["abcd", "abcdefgh"])("abcdefgh") == MASK


def test_values_are_redacted_by_their_names_and_in_all_their_parts() -> None:
    """A line's own fields may be of any type."""
    value = {"token": "x", "list": ["abcdef", 1, None], "of": {"at": Secret("abcdef")}, "b": b"abcdef"}
    assert Redactor(["abcdef"]).value(value) == {
        "token": MASK,
        "list": [MASK, 1, None],
        "of": {"at": "Secret()"},
        "b": "b'***'",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [("token", True), ("access_token", True), ("HTTP_COOKIE", True), ("q", False), ("limit", False)],
)
def test_a_name_may_say_that_its_value_is_secret(name: str, *, expected: bool) -> None:
    """A parameter's, a field's, a variable's."""
    assert is_secret(name) is expected


def test_all_secrets_of_the_settings_are_known() -> None:
    """Keys, tokens and the passwords of URLs."""
    settings = ServiceSettings(
        rate_store=RateStore("redis://root:one@host/db?password=two"),
        trace_key=Secret("3" * 32),
        operator_token=Secret("4" * 32),
    )
    assert sorted(secrets_of(settings)) == ["3" * 32, "4" * 32, "one", "two"]


@pytest.mark.parametrize(
    "text", ["a" * 16_000, "token" * 3200, "://" + ":" * 15_000, "eyJ" * 5000, "-eyJ" * 100_000, "1." * 8000]
)
def test_no_text_takes_more_than_a_moment(text: str) -> None:
    """Nobody can keep a thread busy by what they send."""
    before = time.thread_time()
    Redactor(["geheim"])(text)
    assert time.thread_time() - before < 1
