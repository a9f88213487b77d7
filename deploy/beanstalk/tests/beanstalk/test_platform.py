"""The platform on AWS: it keeps the contracts, is made from deploy.toml, and tells drift."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy import config
from ogrom_deploy.beanstalk import Addresses, S3Store
from ogrom_deploy.beanstalk.platform import BeanstalkPlatform
from ogrom_deploy.cli import cli
from ogrom_deploy.config import Config, Connection, Misconfigured
from ogrom_deploy.contracts import PlatformContract, StoreContract
from ogrom_deploy.model import Version
from ogrom_deploy.options import Key
from ogrom_deploy.policy import Policy
from ogrom_deploy.ports import Platform, Store

FILE = """
region = "eu-central-1"

[environments]
blue = "shop-blue"

[beanstalk]
bucket = "ogrom-deployments"
rule = "arn:rule"
least = 2
most = 8

[beanstalk.addresses]
blue = "https://blue.example.org"
"""


def connect(tmp_path: Path, text: str) -> Connection:
    file = tmp_path / "deploy.toml"
    file.write_text(text)
    return config.connect(config.read(file, None))


def test_the_file_says_what_is_where(tmp_path: Path) -> None:
    """Each key comes to the adapter; nothing is sent."""
    made = connect(tmp_path, FILE)
    assert isinstance(made.platform, BeanstalkPlatform)
    settings = made.platform.settings
    assert (settings.application, settings.blue, settings.green) == ("ogrom", "shop-blue", "ogrom-green")
    assert (settings.rule, settings.least, settings.most) == ("arn:rule", 2, 8)
    assert settings.addresses == Addresses(blue="https://blue.example.org")
    assert isinstance(made.store, S3Store)
    assert made.store.bucket == "ogrom-deployments"
    assert made.platform.clients.s3.meta.region_name == "eu-central-1"
    assert made.policy.weights == (1, 10, 50, 100)
    assert made.drift == made.platform.drift


@pytest.mark.parametrize("policy", ["", "[policy]\nweights = [50, 100]\n"])
def test_shares_that_cannot_be_are_refused(tmp_path: Path, policy: str) -> None:
    """Without a shared balancer traffic moves as a whole, whatever the policy says; so it has to say that."""
    names = FILE.replace('rule = "arn:rule"', 'cname = "shop"')
    with pytest.raises(Misconfigured, match=r"\[policy\] weights.*write weights = \[100\], or set the rule"):
        connect(tmp_path, names + policy)
    assert connect(tmp_path, names + "[policy]\nweights = [100]\n").policy.weights == (100,)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('bucket = "ogrom-deployments"', "", "bucket"),
        ('rule = "arn:rule"', "", "set the rule of a balancer"),
        ("least = 2", "least = 9", "least is at least 1"),
        ("least = 2", "lest = 2", "lest: unknown; known are bucket, rule"),
        ("most = 8", 'most = "many"', "most"),
        ('blue = "https', 'red = "https', r"addresses\.red: unknown"),
        ("most = 8", 'parameters = {Type = "large"}', r"parameters: Type is none.*InstanceType"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, before: str, after: str, reason: str) -> None:
    """With its key, before anything is sent."""
    with pytest.raises(Misconfigured, match=rf"\[beanstalk\].*{reason}"):
        connect(tmp_path, FILE.replace(before, after))


POLICY = Key("aws:elasticbeanstalk:command", "DeploymentPolicy")
INSTANCES = Key("aws:ec2:instances", "InstanceTypes")


@pytest.fixture
def status(cloud: FakeAws, monkeypatch: pytest.MonkeyPatch) -> "Status":
    """The command, in front of the stand-in."""
    return Status(cloud, monkeypatch)


class Status:
    """Runs `status`."""

    def __init__(self, cloud: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.monkeypatch = monkeypatch

    def __call__(self, *options: str, **parameters: str) -> Result:
        platform = self.cloud.platform(replace(self.cloud.settings, parameters=parameters))
        made = Connection(platform, self.cloud.store(), Policy(), platform.drift)
        self.monkeypatch.setattr(config, "read", lambda file, platform: Config())
        self.monkeypatch.setattr(config, "connect", lambda found: made)
        result = CliRunner().invoke(cli, ["status", *options])
        assert result.exit_code == 0, result.output
        return result


def test_an_environment_as_its_stack_made_it_has_no_drift(cloud: FakeAws, status: Status) -> None:
    """Nor has one whose size and version the deploy program has changed."""
    cloud.platform().scale("blue", 4)
    cloud.account.wait(300.0)
    said = status().stdout
    assert "blue is as its template says.\ngreen is as its template says.\n" in said
    assert "differs" not in said
    assert json.loads(status("--json").stdout)["drift"] == {"blue": [], "green": []}


def test_what_somebody_changed_is_shown(cloud: FakeAws, status: Status) -> None:
    """With what it is and should be, and what to do about it; in JSON as well."""
    cloud.account.sides["ogrom-green"].options[POLICY] = "Rolling"
    said = status().stdout
    assert "blue is as its template says." in said
    assert (
        "green differs from its template in 1 option:\n  aws:elasticbeanstalk:command DeploymentPolicy"
        in said
    )
    assert "is Rolling, and should be AllAtOnce" in said
    assert "Update its stack" in said
    [found] = json.loads(status("--json").stdout)["drift"]["green"]
    assert found == {"key": list(POLICY), "wanted": "AllAtOnce", "observed": "Rolling"}


def test_a_parameter_of_the_stack_is_no_drift(cloud: FakeAws, status: Status) -> None:
    """Where deploy.toml says that it was given; one that it does not know of is."""
    for side in cloud.account.sides.values():
        side.options[INSTANCES] = "c7i.large"
    assert "is c7i.large, and should be c6i.large" in status().stdout
    assert "differs" not in status(InstanceType="c7i.large").stdout


def test_a_terminal_shows_so_much_and_a_program_gets_all(cloud: FakeAws, status: Status) -> None:
    """Whatever an option holds, and however many there are."""
    names = [
        each for each in cloud.account.sides["ogrom-blue"].options if each.namespace != "aws:autoscaling:asg"
    ]
    for each in names:
        cloud.account.sides["ogrom-blue"].options[each] = "9" * 500
    result = status()
    shown = [each for each in result.stdout.splitlines() if "should be" in each]
    found = json.loads(status("--json").stdout)["drift"]["blue"]
    assert len(shown) == 10
    assert max(map(len, shown)) < 250
    assert all("is 999" in each for each in shown)
    assert f"and {len(found) - 10} more: `status --json` shows all of them." in result.stdout
    assert len(found) > 30


def test_the_fleet_is_shown_where_the_options_are_not(cloud: FakeAws, status: Status) -> None:
    """Whoever looks in need wants the traffic; why the rest is missing stands beside it."""
    cloud.account.refuse("DescribeConfigurationSettings", "AccessDenied", "no", times=8)
    result = status("--json")
    assert json.loads(result.stdout)["drift"] == {}
    assert json.loads(result.stdout)["fleet"]["weights"] == {"blue": 100, "green": 0}
    assert "could not be compared with the template" in result.stderr


IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:"


class TestBeanstalk(PlatformContract):
    """On the stand-in, in virtual time."""

    patience = 600.0

    @pytest.fixture
    def platform(self, cloud: FakeAws) -> Platform:
        """Nothing is deployed: no instance of blue, AWS's sample on green's one."""
        self.cloud = cloud
        blue, green = cloud.account.sides
        cloud.account.sides[blue].version = ""
        cloud.account.make(blue, 0)
        cloud.account.make(green, 1)
        return cloud.platform()

    @pytest.fixture
    def versions(self) -> tuple[Version, Version]:
        """Two images."""
        return Version("0123456789ab", IMAGE + "0" * 64), Version("123456789abc", IMAGE + "1" * 64)

    def send(self, platform: Platform, requests: int) -> None:
        """Clients ask at their rate; the first measurement may have begun before."""
        platform.wait(requests / self.cloud.account.rate + 2 * self.cloud.account.times.measure)


class TestS3Store(StoreContract):
    """On moto's S3."""

    @pytest.fixture
    def store(self, cloud: FakeAws) -> Store:
        """The bucket's records."""
        return cloud.store()
