"""Who may have a request traced."""

import time

import pytest

from ogrom.http.trace.header import MAX_LIFETIME, TraceKey

KEY = TraceKey("0123456789abcdef" * 2)
TARGET = "/v1/de-DE/products?limit=5"


def soon(seconds: float = 60) -> int:
    return int(time.time() + seconds)


def test_a_signature_holds_for_its_request() -> None:
    """Requests signed with the key are traced."""
    assert KEY.verifies(KEY.sign("GET", TARGET, expires=soon()), "GET", TARGET)


@pytest.mark.parametrize(
    ("method", "target"), [("POST", TARGET), ("GET", "/v1/de-DE/products"), ("GET", f"{TARGET}0"), ("", "")]
)
def test_it_holds_for_no_other_request(method: str, target: str) -> None:
    """Neither another method nor another path or query."""
    assert not KEY.verifies(KEY.sign("GET", TARGET, expires=soon()), method, target)


@pytest.mark.parametrize("seconds", [-2, MAX_LIFETIME + 60])
def test_it_expires_and_does_not_live_long(seconds: int) -> None:
    """A signature that holds for years is no better than none."""
    assert not KEY.verifies(KEY.sign("GET", TARGET, expires=soon(seconds)), "GET", TARGET)


def test_nothing_in_it_can_be_changed() -> None:
    """Neither the expiry nor a digit."""
    expires, _, digest = KEY.sign("GET", TARGET, expires=soon()).partition(".")
    other = "0" if digest[-1] != "0" else "1"
    for token in (
        f"{int(expires) + 1}.{digest}",
        f"{expires}.{digest[:-1]}{other}",
        f"{expires}.{digest[:-1]}",
    ):
        assert not KEY.verifies(token, "GET", TARGET)


def test_another_key_is_another_signature() -> None:
    """Each service has its own."""
    assert not KEY.verifies(TraceKey("x" * 32).sign("GET", TARGET, expires=soon()), "GET", TARGET)


@pytest.mark.parametrize("token", ["", ".", "1", "ä.ö", "9" * 400, f"04102444800.{'0' * 64}", "1.\n"])
def test_nonsense_is_no_signature(token: str) -> None:
    """And raises nothing."""
    assert not KEY.verifies(token, "GET", TARGET)


def test_a_target_of_any_bytes_can_be_checked() -> None:
    """A server may hand on what is no UTF-8."""
    target = "/\udcff"
    assert KEY.verifies(KEY.sign("GET", target, expires=soon()), "GET", target)


def test_a_key_does_not_show_itself() -> None:
    """It may be logged."""
    assert "0123" not in repr(KEY)
