"""The platform of a rehearsal, with a stand-in for the service behind a real HAProxy."""

import http.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_deploy.config import Config, Misconfigured, connect
from ogrom_deploy.contracts import PlatformContract, until
from ogrom_deploy.deployment import Deployment
from ogrom_deploy.model import Colour, Fleet, Version, all_to
from ogrom_deploy.policy import Policy
from ogrom_deploy.ports import Platform
from ogrom_rehearsal import environment
from ogrom_rehearsal.environment import ReplacementStrategy
from ogrom_rehearsal.haproxy import CHECKS_TO_EVICT
from ogrom_rehearsal.instances import ProcessStarter
from ogrom_rehearsal.platform import RehearsalPlatform

SECONDS = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[RehearsalPlatform]:
    """Both environments, empty; `bad` ends when it is started, and `ill` is never ready."""
    settings = {
        "bad": {"STANDIN_EXIT": "3"},
        "ill": {"STANDIN_STATE": "failing"},
    }
    with RehearsalPlatform(ProcessStarter(tmp_path, {"OGROM_DRAIN_GRACE": "0.2"}), settings) as rehearsal:
        yield rehearsal


def send(rehearsal: RehearsalPlatform, requests: int) -> list[str]:
    """The releases that answered; a request that is lost is an error."""
    connection = http.client.HTTPConnection("127.0.0.1", rehearsal.proxy.ports["live"], timeout=SECONDS)
    releases = []
    for _ in range(requests):
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        releases.append(response.headers["Ogrom-Release"])
    connection.close()
    return releases


class TestRehearsal(PlatformContract):
    """It keeps the contract of its port."""

    patience = SECONDS
    path = "/health/ready"

    @pytest.fixture
    def platform(self, rehearsal: RehearsalPlatform) -> Platform:
        return rehearsal

    @pytest.fixture
    def versions(self, installed: Path) -> tuple[Version, Version]:
        return Version("v1", str(installed)), Version("v2", str(installed))

    def send(self, platform: Platform, requests: int) -> None:
        assert isinstance(platform, RehearsalPlatform)
        proxy, before = platform.proxy, len(platform.proxy.access_log.since(0.0))
        send(platform, requests)
        # HAProxy writes its line behind the response.
        until(platform, lambda _: len(proxy.access_log.since(0.0)) >= before + requests, SECONDS)


def serve(rehearsal: RehearsalPlatform, colour: Colour, version: Version, instances: int = 2) -> None:
    """Have an environment serve a version."""
    rehearsal.publish(version)
    rehearsal.deploy(colour, version)
    rehearsal.scale(colour, instances)
    until(rehearsal, lambda fleet: fleet[colour].serves(version.label), SECONDS)


def test_clients_are_divided_by_the_weights(rehearsal: RehearsalPlatform, installed: Path) -> None:
    """With all traffic on one side nobody gets the other one; with half of it, both answer."""
    v1, v2 = Version("v1", str(installed)), Version("v2", str(installed))
    serve(rehearsal, "blue", v1)
    serve(rehearsal, "green", v2)
    assert set(send(rehearsal, 50)) == {"v1"}
    rehearsal.shift({"blue": 50, "green": 50})
    assert set(send(rehearsal, 100)) == {"v1", "v2"}
    rehearsal.shift(all_to("green"))
    assert set(send(rehearsal, 50)) == {"v2"}


@pytest.mark.parametrize("label", ["bad", "ill"])
def test_a_version_that_is_not_well_is_seen_to_fail(
    rehearsal: RehearsalPlatform, installed: Path, label: str
) -> None:
    """Whether it ends at its start or is never ready: it fails with a cause, and clients notice nothing."""
    serve(rehearsal, "blue", Version("v1", str(installed)))
    version = Version(label, str(installed))
    rehearsal.publish(version)
    rehearsal.deploy("green", version)
    rehearsal.scale("green", 1)
    fleet = until(rehearsal, lambda fleet: bool(fleet.green.causes), SECONDS)
    assert [each.health for each in fleet.green.instances] == ["failing"]
    assert fleet.green.version == label
    assert set(send(rehearsal, 20)) == {"v1"}


def test_what_is_not_installed_is_a_cause(rehearsal: RehearsalPlatform, tmp_path: Path) -> None:
    """The environment says which program it lacks, and its news grow old."""
    rehearsal.publish(Version("none", str(tmp_path / "none")))
    rehearsal.deploy("green", Version("none"))
    rehearsal.scale("green", 1)
    fleet = until(rehearsal, lambda fleet: bool(fleet.green.causes), SECONDS)
    assert "ogrom-api" in fleet.green.causes[0]
    assert not fleet.green.serves("none")


def test_a_dead_instance_is_replaced(
    rehearsal: RehearsalPlatform, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform says that it failed, and starts another one in its place."""
    serve(rehearsal, "blue", Version("v1", str(installed)))
    monkeypatch.setattr(environment, "_BACKOFF_SECONDS", (SECONDS,))  # until we have seen it
    victim = rehearsal.instances("blue")[0]
    victim.kill()
    fleet = until(rehearsal, lambda fleet: bool(fleet.blue.causes), SECONDS)
    assert any(victim.id in each for each in fleet.blue.causes)
    assert not fleet.blue.serves("v1")
    monkeypatch.setattr(environment, "_BACKOFF_SECONDS", (0.0,))
    fleet = until(rehearsal, lambda fleet: fleet.blue.serves("v1"), SECONDS)
    assert victim.id not in {each.id for each in fleet.blue.instances}


@pytest.mark.parametrize("drain", [True, False])
def test_a_rolling_replacement_keeps_everybody_served(
    rehearsal: RehearsalPlatform, installed: Path, drain: bool
) -> None:
    """One after the other, with one more meanwhile: by the balancer's drain, or by the instances' own."""
    v1, v2 = Version("v1", str(installed)), Version("v2", str(installed))
    # None where the balancer knows; else until it has seen that an instance is not ready, and looks again.
    looks = CHECKS_TO_EVICT + 1
    rehearsal.settings["v1"] = {"OGROM_DRAIN_GRACE": "0"} if drain else {"STANDIN_LOOKS": str(looks)}
    serve(rehearsal, "blue", v1)
    rehearsal.publish(v2)
    rehearsal.roll("blue", v2, ReplacementStrategy(at_once=False, surplus=1, drain=drain))
    seen: list[str] = []
    most = 0

    def rolled(fleet: Fleet) -> bool:
        nonlocal most
        seen.extend(send(rehearsal, 5))
        most = max(most, len(fleet.blue.instances))
        return fleet.blue.serves("v2")

    until(rehearsal, rolled, SECONDS)
    assert set(seen) == {"v1", "v2"}
    assert most == 3
    assert [each.text.split()[-1] for each in rehearsal.timeline if each.kind == "ended"] == ["0", "0"]


def test_errors_of_clients_are_counted(rehearsal: RehearsalPlatform, installed: Path) -> None:
    """Nobody there is an error for each client, also where HAProxy itself says so."""
    since = rehearsal.now()
    connection = http.client.HTTPConnection("127.0.0.1", rehearsal.proxy.ports["live"], timeout=SECONDS)
    connection.request("GET", "/")
    with connection.getresponse() as response:
        assert response.status == 503
    connection.close()
    until(rehearsal, lambda _: rehearsal.figures("blue", since).requests > 0, SECONDS)
    figures = rehearsal.figures("blue", since)
    assert (figures.requests, figures.errors, figures.error_rate) == (1, 1, 1.0)
    assert rehearsal.figures("green", since).requests == 0


def test_a_response_that_never_came_is_an_error_although_no_log_has_it(
    rehearsal: RehearsalPlatform, installed: Path
) -> None:
    """HAProxy closes the second request of a connection without a word when its instance dies."""
    serve(rehearsal, "blue", Version("v1", str(installed)), instances=1)
    connection = http.client.HTTPConnection("127.0.0.1", rehearsal.proxy.ports["live"], timeout=SECONDS)
    connection.request("GET", "/")
    assert connection.getresponse().read()
    since = rehearsal.now()
    connection.request("GET", "/held")
    until(rehearsal, lambda _: rehearsal.proxy.statistics().slots["blue", "slot0"].in_flight == 1, SECONDS)
    rehearsal.instances("blue")[0].kill()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()
    until(rehearsal, lambda _: rehearsal.figures("blue", since).errors == 1, SECONDS)
    assert rehearsal.figures("blue", since).requests == 1


POLICY = Policy(
    weights=(50, 100), watch=0.1, soak=0.0, drain=0.1, extensions=0, observations=1, flat_rounds=1, poll=0.1
)


@pytest.mark.slow
def test_a_command_finds_the_live_version_and_deploys_over_it(installed: Path) -> None:
    """What a command starts serves, is deployed over, and ends with it."""
    made = connect(Config(platform="rehearsal", rehearsal={"live": str(installed)}, policy=POLICY))
    platform = made.platform
    assert isinstance(platform, RehearsalPlatform)
    try:
        assert platform.observe().blue.serves(installed.name)
        deployment = Deployment(platform, made.store, replace(made.policy), "test", lambda _: None)
        finished = deployment.apply(Version("v2", str(installed)))
        assert (finished.outcome, finished.reason, finished.version) == ("done", "", "v2")
        instances = [*platform.instances("blue"), *platform.instances("green")]
    finally:
        made.close()
    assert len(instances) == 4
    assert all(each.exit_code is not None for each in instances)
    assert platform.proxy.pid == 0


def test_it_must_be_told_what_is_live() -> None:
    """The error names the table and the key."""
    with pytest.raises(Misconfigured, match=r"\[rehearsal\].*live"):
        connect(Config(platform="rehearsal"))
