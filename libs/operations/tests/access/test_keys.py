"""Keys: which of a set are taken, and how a rotation loses nobody."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ogrom.operations.access.credentials import KeysUnavailable
from ogrom.operations.access.keys import FRESH, REFETCH, FetchedKeys, FileKeys, KeySet, SecretKey

PairOf = Callable[..., Any]
SetOf = Callable[..., bytes]
SECONDS = 30.0


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_key_is_for_one_algorithm(pair: PairOf, jwk_set: SetOf, algorithm: str) -> None:
    """It follows from the kind of key, also where the set does not say it."""
    made = pair("a", algorithm)
    silent = {name: value for name, value in made.jwk.items() if name not in ("alg", "use")}
    for keys in (jwk_set(made), jwk_set(silent)):
        found = KeySet(keys).named("a")
        assert found is not None
        assert found.algorithm == algorithm


def test_a_secret_is_for_hs256(token_key: str) -> None:
    """Whatever a token calls it; it is not printed."""
    for id in (None, "x"):
        key = SecretKey(token_key).named(id)
        assert (key.material, key.algorithm) == (token_key.encode(), "HS256")
    assert token_key not in repr(SecretKey(token_key))


def test_only_one_key_needs_no_name(pair: PairOf, jwk_set: SetOf) -> None:
    """Of two, a token has to say which it means."""
    one, other = pair("1"), pair("2")
    assert KeySet(jwk_set(one)).named(None) is not None
    assert KeySet(jwk_set(one, other)).named(None) is None
    assert KeySet(jwk_set(one)).named("2") is None


def test_keys_that_are_not_for_us_are_passed_over(pair: PairOf, jwk_set: SetOf) -> None:
    """Secrets, private halves, keys for encryption, unknown kinds, weak and broken ones; the others hold."""
    good, own = pair("good"), pair("private")
    weak = pair("weak", "RS256")
    object.__setattr__(weak, "private", rsa.generate_private_key(public_exponent=65537, key_size=1024))
    keys = jwk_set(
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        {**own.jwk, **jwt.get_algorithm_by_name("ES256").to_jwk(own.private, as_dict=True)},
        {**good.jwk, "kid": "enc", "use": "enc"},
        {**good.jwk, "kid": "alg", "alg": "ES512"},
        {**good.jwk, "kid": "broken", "x": "!"},
        {"kty": "AKP", "kid": "unknown"},
        weak,
        good,
    )
    found = KeySet(keys)
    assert found.named("good") is not None
    for id in ("secret", "private", "enc", "alg", "broken", "unknown", "weak"):
        assert found.named(id) is None, id


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"keys": 1}', b'{"keys": [1]}', b"\xff", b'{"keys": []}']
)
def test_what_is_no_set_is_told(content: bytes) -> None:
    """Whoever set the wrong file learns of it at the start."""
    with pytest.raises(ValueError, match=r"it is not a JWK set|it has no usable key"):
        KeySet(content)


def put(path: Path, content: bytes) -> None:
    """Replace a file as a careful program does, and let its time be another one."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)


def test_a_file_is_read_again_when_it_changes(pair: PairOf, jwk_set: SetOf, tmp_path: Path) -> None:
    """Nobody has to restart anything: first both keys hold, then the new one only."""
    path, old, new = tmp_path / "keys.json", pair("old"), pair("new")
    path.write_bytes(jwk_set(old))
    keys = FileKeys(path)
    assert keys.named("new") is None
    put(path, jwk_set(old, new))
    assert keys.named("new") is not None
    assert keys.named("old") is not None
    put(path, jwk_set(new))
    assert keys.named("old") is None


def test_a_file_that_breaks_keeps_its_keys(
    pair: PairOf, jwk_set: SetOf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a file, or none, is told once, and whole again it counts."""
    path, old, new = tmp_path / "keys.json", pair("old"), pair("new")
    path.write_bytes(jwk_set(old))
    keys = FileKeys(path)
    put(path, jwk_set(new)[:50])
    assert [keys.named("old") is not None for _ in range(3)] == [True] * 3
    path.unlink()
    assert keys.named("old") is not None
    assert len(caplog.records) == 2
    put(path, jwk_set(new))
    assert keys.named("new") is not None


def test_a_file_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    """As an error of the system."""
    with pytest.raises(FileNotFoundError):
        FileKeys(tmp_path / "none.json")


def at_once(work: Callable[[], None]) -> None:
    """Have it done before anybody goes on."""
    work()


class Issuer:
    """Gives one answer after another, and counts how often it is asked; the last one goes on."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_url_is_fetched_when_it_is_wanted_and_when_it_is_old(pair: PairOf, jwk_set: SetOf) -> None:
    """A key that was taken back does not hold for longer than that."""
    clock, issuer = Clock(), Issuer(jwk_set(pair("a")), jwk_set(pair("b")))
    keys = FetchedKeys(issuer, clock=clock, start=at_once)
    assert issuer.asked == 0
    assert keys.named("a") is not None
    clock.now += FRESH - 1
    assert keys.named("a") is not None
    assert issuer.asked == 1
    clock.now += 1
    assert keys.named("a") is None
    assert issuer.asked == 2


def test_an_unknown_key_is_looked_for_but_not_all_the_time(pair: PairOf, jwk_set: SetOf) -> None:
    """A rotation is seen at once; who invents keys cannot make us ask more often than once in a while."""
    old, new = pair("old"), pair("new")
    clock, issuer = Clock(), Issuer(jwk_set(old), jwk_set(old, new))
    keys = FetchedKeys(issuer, clock=clock, start=at_once)
    assert keys.named("old") is not None
    clock.now += REFETCH
    assert keys.named("new") is not None
    assert [keys.named(f"invented-{number}") for number in range(100)] == [None] * 100
    assert issuer.asked == 2
    clock.now += REFETCH
    assert keys.named("invented") is None
    assert issuer.asked == 3


def test_an_issuer_that_is_away_takes_no_keys_back(
    pair: PairOf, jwk_set: SetOf, caplog: pytest.LogCaptureFixture
) -> None:
    """They hold on; the log says why they are old."""
    clock, issuer = (
        Clock(),
        Issuer(jwk_set(pair("a")), OSError("no route"), ValueError("it is not a JWK set")),
    )
    keys = FetchedKeys(issuer, clock=clock, start=at_once)
    for _ in range(3):
        assert keys.named("a") is not None
        clock.now += FRESH
    assert [each.levelno for each in caplog.records] == [logging.WARNING] * 2
    assert "no route" in caplog.text


def test_without_any_keys_nobody_can_tell(pair: PairOf, jwk_set: SetOf) -> None:
    """It is asked again after a while, and not for every request."""
    clock, issuer = Clock(), Issuer(OSError("no route"), jwk_set(pair("a")))
    keys = FetchedKeys(issuer, clock=clock, start=at_once)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            keys.named("a")
    assert issuer.asked == 1
    clock.now += REFETCH
    assert keys.named("a") is not None


def test_nobody_waits_for_a_fetch(pair: PairOf, jwk_set: SetOf) -> None:
    """Who wants a known key goes on with it, and of others nobody can tell until it is over; one fetches for all."""
    old, new = pair("old"), pair("new")
    go_on, clock = Event(), Clock()
    fetched = 0

    def fetch() -> bytes:
        nonlocal fetched
        fetched += 1
        if fetched == 1:
            return jwk_set(old)
        assert go_on.wait(SECONDS)
        return jwk_set(old, new)

    keys = FetchedKeys(fetch, clock=clock)
    keys.prepare()
    clock.now += FRESH
    for _ in range(100):
        assert keys.named("old") is not None
        with pytest.raises(KeysUnavailable):
            keys.named("new")
    go_on.set()
    end = monotonic() + SECONDS
    while keys._is_fetching:
        assert monotonic() < end
        sleep(0.001)  # between two looks
    assert keys.named("new") is not None
    assert fetched == 2


def test_what_nobody_has_asked_for_in_a_long_time_does_not_hold(pair: PairOf, jwk_set: SetOf) -> None:
    """It may have been taken back meanwhile, so that is seen first."""
    clock, begun = Clock(), list[Callable[[], None]]()
    keys = FetchedKeys(Issuer(jwk_set(pair("a"))), clock=clock, start=begun.append)
    keys.prepare()
    clock.now += 2 * FRESH
    with pytest.raises(KeysUnavailable):
        keys.named("a")
    begun.pop()()
    assert keys.named("a") is not None
