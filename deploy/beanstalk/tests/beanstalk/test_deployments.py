"""Whole deployments by the deploy program on the stand-in: what clients notice, and where they end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from deploy.beanstalk.tests.aws.account import Behaviour
from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy import history
from ogrom_deploy.beanstalk import Settings
from ogrom_deploy.beanstalk.aws import ACTIONS
from ogrom_deploy.deployment import Deployment
from ogrom_deploy.driver import Stop
from ogrom_deploy.events import Event, Finished, Measured, Shifted
from ogrom_deploy.model import Version, all_to
from ogrom_deploy.policy import Policy
from ogrom_deploy.schema import Schema

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:" + "0" * 64
NEW = Version("0123456789ab", IMAGE)
POLICY = Policy(watch=30.0, soak=30.0, drain=10.0, poll=5.0, extensions=0)


@dataclass
class Scene:
    """A cloud with the program before it; keeps what the program told."""

    cloud: FakeAws
    policy: Policy = POLICY
    settings: Settings | None = None
    told: list[Event] = field(default_factory=list)
    react: Callable[[Event], None] = lambda event: None

    def __post_init__(self) -> None:
        self.cloud.account.rate = 200.0

    def program(self) -> Deployment:
        return Deployment(
            self.cloud.platform(self.settings),
            self.cloud.store(),
            self.policy,
            "ann",
            self.tell,
            self.cloud.account.now,
            self.cloud.tasks(),
        )

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.react(event)

    def apply(self, behaviour: Behaviour | None = None) -> Finished:
        """Deploy the new version, which behaves so."""
        self.cloud.account.behaviours[NEW.label] = behaviour or Behaviour()
        return self.program().apply(NEW)

    @property
    def weights(self) -> list[int]:
        """The shares that green has had, one after the other."""
        return [each.weights["green"] for each in self.told if isinstance(each, Shifted)]


@pytest.fixture
def scene(cloud: FakeAws) -> Scene:
    return Scene(cloud)


@pytest.mark.slow
def test_a_version_goes_out_unnoticed_and_comes_back(scene: Scene) -> None:
    """It gets its traffic in steps with as many instances as the old one; no request is lost, also on the way back."""
    end = scene.apply()
    fleet = scene.cloud.platform().observe()
    assert (end.outcome, end.live, end.version) == ("done", "green", NEW.label)
    assert scene.weights == [1, 10, 50, 100]
    assert fleet.weights == all_to("green")
    assert fleet.green.wanted == len(fleet.green.instances) == 2
    assert fleet.blue.version == "v1"
    back = scene.program().rollback()
    assert (back.outcome, back.live, back.version) == ("done", "blue", "v1")
    assert back.seconds < end.seconds / 3
    assert scene.cloud.account.lost == 0


@pytest.mark.slow
@pytest.mark.parametrize("weight", POLICY.weights)
def test_what_goes_wrong_at_any_share_leads_back(scene: Scene, weight: int) -> None:
    """A version that begins to fail with some share of the traffic loses it all, within one watch."""

    def fail(event: Event) -> None:
        if isinstance(event, Shifted) and event.weights["green"] == weight:
            scene.cloud.account.behaviours[NEW.label] = Behaviour(error_rate=0.5)

    scene.react = fail
    end = scene.apply()
    assert (end.outcome, end.live, end.version) == ("aborted", "blue", "v1")
    assert scene.weights[-1] == weight
    assert "requests failed" in end.reason
    assert scene.cloud.platform().observe().weights == all_to("blue")
    assert scene.cloud.account.lost == 0


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(installs=False), Behaviour(healthy=False)],
    ids=["not installed", "not healthy"],
)
def test_a_bad_version_never_gets_traffic(scene: Scene, behaviour: Behaviour) -> None:
    """What fails to install or is ill is seen while it has no traffic."""
    scene.policy = replace(POLICY, order_timeout=90.0, health_timeout=60.0, attempts=2)
    end = scene.apply(behaviour)
    assert (end.outcome, end.live) == ("aborted", "blue")
    assert scene.weights == []
    assert scene.cloud.account.lost == 0


def test_old_news_of_health_is_no_news(scene: Scene) -> None:
    """With agents that have fallen silent nothing passes, however good the last news were."""
    scene.policy = replace(POLICY, health_timeout=60.0)
    scene.cloud.account.silent.add("ogrom-green")
    end = scene.apply()
    assert (end.outcome, scene.weights) == ("aborted", [])
    assert "no health report since the last order" in end.reason


def test_agents_without_a_log_let_nothing_pass(scene: Scene) -> None:
    """NoData is unknown, not well: a bundle whose web server writes no log gets no traffic."""
    scene.policy = replace(POLICY, health_timeout=60.0)
    scene.cloud.account.blind.add("ogrom-green")
    assert (scene.apply().outcome, scene.weights) == ("aborted", [])


@pytest.mark.slow
def test_a_slow_version_is_seen_by_its_p99(scene: Scene) -> None:
    """The first share of the traffic shows it, once enough requests came."""
    scene.policy = replace(POLICY, extensions=2)
    end = scene.apply(Behaviour(p99=3.0))
    assert (end.outcome, scene.weights) == ("aborted", [1])
    assert "p99 is 3000 ms" in end.reason


@pytest.mark.slow
def test_what_only_the_balancer_sees_counts(scene: Scene) -> None:
    """Connections closed without a reply are in no web server's log; a watch of minutes has the balancer's word."""
    scene.policy = replace(POLICY, watch=240.0)
    end = scene.apply(Behaviour(unanswered=0.2))
    assert (end.outcome, scene.weights) == ("aborted", [1])
    seen = [each.new for each in scene.told if isinstance(each, Measured)]
    assert seen[0].errors == 0
    assert seen[-1].errors > 2


@pytest.mark.slow
def test_load_decides_for_the_side_that_has_all_traffic(scene: Scene) -> None:
    """Both are as large as they were asked to be while the traffic moves; then green may grow and shrink."""
    scene.settings = replace(scene.cloud.settings, least=2, most=8)
    blue, green = scene.cloud.account.sides.values()
    blue.least, blue.most, blue.desired = 2, 8, 5
    blue.want(5, 0.0)
    during: list[tuple[int, int]] = []
    scene.react = lambda event: (
        during.append((green.least, green.most)) if isinstance(event, Measured) else None
    )
    assert scene.apply().outcome == "done"
    assert during[0] == (5, 5)
    assert (green.least, green.most) == (2, 8)


SEARCH = "shop-search, on the same database, needs what 0007 takes away"


def refused_contract(scene: Scene) -> None:
    """The deployed version would let it pass; the database does not, since another service uses it, too."""
    # On both sides, so that nothing that is deployed needs the old form.
    for label in ("123456789abc", "abc123456789"):
        version = replace(NEW, label=label, schema=Schema("0006", "0006", knows="0007"))
        assert scene.program().apply(version).outcome == "done"
    scene.cloud.account.wait(POLICY.rest + 60.0)
    scene.cloud.fargate.snapshots.append((scene.cloud.account.now(), "available"))
    scene.cloud.fargate.status, scene.cloud.fargate.says = 1, (f"Error: {SEARCH}",)
    with pytest.raises(Stop, match=SEARCH):
        scene.program().contract("0007")


@pytest.mark.slow
def test_what_a_task_says_is_the_reason_of_the_act(scene: Scene) -> None:
    """In the words of the program, to whoever asked for it and in the history."""
    refused_contract(scene)
    record = next(history.acts(history.newest(scene.cloud.store())))
    assert (record.act, record.outcome) == ("contract", "failed")
    assert record.reason.startswith(f"scan 0007 failed: Error: {SEARCH} (exit status 1); its log is ")
    assert record.possible == "0006"


@pytest.mark.slow
def test_all_that_is_called_is_in_the_table_of_permissions(scene: Scene) -> None:
    """Out and back, it calls nothing that the deploy role would be denied; nor has the role a right too many."""
    scene.policy = replace(POLICY, weights=(50, 100), watch=130.0, poll=10.0)
    called: set[tuple[str, str]] = set()
    for service in ACTIONS:
        clients = scene.cloud.task_clients if service in {"ecs", "logs", "rds"} else scene.cloud.clients
        client = getattr(clients, service)
        client.meta.events.register(
            "before-parameter-build", lambda model, service=service, **_: called.add((service, model.name))
        )
    scene.program().apply(replace(NEW, schema=Schema("0006", "0006", knows="0006")))
    scene.program().rollback()
    refused_contract(scene)
    known = {(service, operation) for service, found in ACTIONS.items() for operation in found}
    assert called <= known
    # That is for environments without a shared balancer.
    assert known - called <= {("elasticbeanstalk", "SwapEnvironmentCNAMEs")}
