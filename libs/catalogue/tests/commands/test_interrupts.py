"""Ctrl-C is noted, and never lost."""

import signal
import threading

import pytest

from ogrom.catalogue.commands.demo import noted_interrupts


def press() -> None:
    """Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def test_it_is_raised_where_it_is_looked_for() -> None:
    """And nowhere before."""
    seen = []

    def work() -> None:
        with noted_interrupts() as look:
            look()
            press()
            seen.append("after it")
            look()
            seen.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert seen == ["after it"]


def test_it_is_raised_at_the_end_if_nobody_looked() -> None:
    """Whoever pressed it last of all is heard too."""
    with pytest.raises(KeyboardInterrupt), noted_interrupts():
        press()


def test_an_error_is_not_hidden_by_it() -> None:
    """What went wrong says more."""

    def fail() -> None:
        with noted_interrupts():
            press()
            raise ValueError("worse")

    with pytest.raises(ValueError, match="worse"):
        fail()


def test_a_second_one_acts_at_once() -> None:
    """Nobody has to wait for what hangs."""
    seen = []

    def hang() -> None:
        with noted_interrupts():
            press()
            press()
            seen.append("never")

    with pytest.raises(KeyboardInterrupt):
        hang()
    assert seen == []


def test_afterwards_it_does_what_it_did() -> None:
    """Also when none came."""
    with noted_interrupts():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_it_goes_on_to() -> None:
    """A shell starts jobs in the background so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with noted_interrupts() as look:
        press()
        look()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_another_thread_hears_none() -> None:
    """Python gives signals to the main thread only."""
    looked: list[None] = []

    def work() -> None:
        with noted_interrupts() as look:
            looked.append(look())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert looked == [None]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
