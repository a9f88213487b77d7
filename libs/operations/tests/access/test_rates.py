"""Rates: who is counted how, what clients are told of it, and that a store which is away stops nobody."""

import socket
import time
from collections.abc import Callable, Iterator
from threading import Timer
from typing import Any

import fakeredis
import pytest
from flask.testing import FlaskClient
from limits.storage import RedisStorage, Storage

from ogrom.operations.access import rates as module
from ogrom.operations.access.credentials import PRINCIPAL
from ogrom.operations.access.parsers import Rate, RateStore
from ogrom.operations.access.rates import Counters, client_of, store_of
from ogrom.operations.requests import WARMING
from ogrom.protocols.context import Principal

THING = "/v1/things/1"
HOUR = Rate(3, 3600)
SECONDS = 30.0


@pytest.fixture(params=["memory", "redis"])
def counts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A store of either kind, without any count."""
    if request.param == "memory":
        return store_of(RateStore("memory://"))
    server = fakeredis.FakeServer()
    monkeypatch.setattr("redis.from_url", lambda url, **_: fakeredis.FakeRedis(server=server))
    made = store_of(RateStore("redis://counts.example"))
    assert isinstance(made, RedisStorage)
    return made


def test_each_client_has_its_own_count(counts: Storage) -> None:
    """It goes on in the same window; another client's is another."""
    counters = Counters(counts, everything=(HOUR,), writes=())
    used = [counters.count("a", is_read=True)[0] for _ in range(5)]
    assert [each.used for each in used] == [1, 2, 3, 4, 5]
    assert [each.is_exceeded for each in used] == [False, False, False, True, True]
    assert all(0 < each.seconds <= 3600 for each in used)
    assert counters.count("b", is_read=True)[0].used == 1


def test_writes_are_counted_twice(counts: Storage) -> None:
    """As requests and as writes; a read is no write."""
    counters = Counters(counts, everything=(HOUR,), writes=(Rate(1, 60),))
    assert [str(each.policy) for each in counters.count("a", is_read=True)] == ['"requests";q=3;w=3600']
    names = [(each.policy.name, each.used) for each in counters.count("a", is_read=False)]
    assert names == [("requests", 2), ("writes", 1)]


def test_a_window_ends(counts: Storage) -> None:
    """And then there is a new one."""
    counters = Counters(counts, everything=(Rate(1, 1),), writes=())
    assert not counters.count("a", is_read=True)[0].is_exceeded
    give_up = time.monotonic() + SECONDS
    while counters.count("a", is_read=True)[0].used > 1:
        assert time.monotonic() < give_up
        time.sleep(0.05)  # between two looks


def test_several_rates_hold_together(counts: Storage) -> None:
    """Their names tell them apart."""
    counters = Counters(counts, everything=(Rate(2, 60), HOUR), writes=())
    policies = ", ".join(str(each.policy) for each in counters.count("a", is_read=True))
    assert policies == '"requests-in-60-s";q=2;w=60, "requests-in-3600-s";q=3;w=3600'


def test_nothing_is_counted_where_nothing_is_limited(counts: Storage) -> None:
    """Reads, where only writes are."""
    assert Counters(counts, everything=(), writes=(HOUR,)).count("a", is_read=True) == ()


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::-64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_a_client_is_a_user_or_an_address(address: str, client: str) -> None:
    """A network of IPv6 is one client, since it has more addresses than anybody could count."""
    assert client_of({"REMOTE_ADDR": address}) == client
    assert client_of({"REMOTE_ADDR": address, PRINCIPAL: Principal(user_id=145)}) == "user-145"


@pytest.fixture
def limited(make_service: Callable[..., Any]) -> Any:
    return make_service(rate_limit=(HOUR,), rate_writes=(Rate(1, 60),)).app.test_client()


def test_every_response_says_what_is_left(limited: FlaskClient) -> None:
    """In the fields of draft-ietf-httpapi-ratelimit-headers, also where nothing is found or nothing has changed."""
    tag = limited.get(THING).headers["ETag"]
    answers = [limited.get(THING, headers={"If-None-Match": tag}), limited.get("/v1/nothing")]
    assert [each.status_code for each in answers] == [304, 404]
    for left, answer in zip((1, 0), answers, strict=True):
        assert answer.headers["RateLimit-Policy"] == '"requests";q=3;w=3600'
        name, remaining, seconds = answer.headers["RateLimit"].split(";")
        assert (name, remaining) == ('"requests"', f"r={left}")
        assert 0 < int(seconds.removeprefix("t=")) <= 3600


def test_one_too_many_is_a_429(limited: FlaskClient) -> None:
    """A problem document that says which policy and when to go on; the request is not decided any further."""
    assert [limited.get(THING).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = limited.get("/v1/things/999999")
    document = refused.get_json()
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert document["type"] == "/problems/quota-exceeded"
    assert document["violated-policies"] == ["requests"]
    assert "At most 3 requests per 3600 s are allowed; try again in " in document["detail"]
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit"].startswith('"requests";r=0;t=')
    assert refused.headers["Cache-Control"] == "no-store"


def test_a_write_has_limits_of_its_own(limited: FlaskClient, authorization: Callable[..., Any]) -> None:
    """A user's, wherever the user comes from."""
    headers = authorization(1)
    assert limited.delete(THING, headers=headers).status_code == 204
    refused = limited.delete(THING, headers=headers)
    assert (refused.status_code, refused.get_json()["violated-policies"]) == (429, ["writes"])
    assert limited.get(THING, headers=headers).status_code == 200
    assert limited.delete(THING, headers=authorization(2)).status_code == 204
    assert limited.get(THING).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_who_looks_after_the_service_is_not_limited(limited: FlaskClient, path: str) -> None:
    """A balancer asks for health as often as it likes, and an operator for metrics."""
    for _ in range(6):
        answer = limited.get(path)
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("/", "/docs", "/v1/openapi.json", "/nowhere", "/v1/\udcff")),
        ("OPTIONS", THING),
        ("BREW", THING),
        ("GET", "/metrics"),
    ],
)
def test_everything_else_is(limited: FlaskClient, method: str, path: str) -> None:
    """Whatever it is, it takes time; also what leads nowhere, and what no operator asks for."""
    environ = {
        "REMOTE_ADDR": "203.0.113.9",
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
    }
    answers = [limited.open(method=method, environ_overrides=environ) for _ in range(6)]
    assert [each.status_code for each in answers[3:]] == [429] * 3
    assert all("RateLimit" in each.headers for each in answers)


def test_a_warm_up_is_not_counted(limited: FlaskClient) -> None:
    """Nobody has sent it."""
    answers = [limited.get(THING, environ_overrides={WARMING: True}) for _ in range(6)]
    assert {each.status_code for each in answers} == {200}
    assert limited.get(THING).headers["RateLimit"].startswith('"requests";r=2;')


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a store that takes connections and says nothing, and ends when nobody should wait any more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        end = Timer(SECONDS, server.shutdown, [socket.SHUT_RDWR])
        end.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"
        end.cancel()
        end.join()


@pytest.fixture
def closed(closed_port: int) -> str:
    """The URL of a store that is down."""
    return f"redis://:s3cret@127.0.0.1:{closed_port}"


@pytest.mark.parametrize("kind", ["silent", "closed"])
def test_a_store_that_is_away_lets_everybody_through(
    make_service: Callable[..., Any],
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """Soon; then it is left alone, and the log says so once, without a password."""
    now = 1000.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    url = request.getfixturevalue(kind)
    client = make_service(rate_limit=(Rate(1, 3600),), rate_store=RateStore(url)).app.test_client()
    client.get("/health/live")
    begun = time.monotonic()
    answers = [client.get(THING) for _ in range(5)]
    assert time.monotonic() - begun < SECONDS / 2
    assert {each.status_code for each in answers} == {200}
    assert not any("RateLimit" in each.headers for each in answers)
    warnings = [each for each in caplog.records if "no rate limits for" in each.getMessage()]
    assert len(warnings) == 1
    assert "s3cret" not in caplog.text
    now += module.REST
    client.get(THING)
    assert len([each for each in caplog.records if "no rate limits for" in each.getMessage()]) == 2


def test_a_store_that_cannot_be_used_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install, and without a password."""
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(ValueError, match=r"ogrom-operations\[redis\]") as failure:
        store_of(RateStore("redis://:s3cret@counts.example"))
    assert "s3cret" not in str(failure.value)
