"""What somebody has changed beside the template, as `status` shows it."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from ogrom_deploy import config
from ogrom_deploy.beanstalk.testing import Cloud
from ogrom_deploy.cli import cli
from ogrom_deploy.config import Config, Connection
from ogrom_deploy.options.setting import Key
from ogrom_deploy.policy import Policy

POLICY = Key("aws:elasticbeanstalk:command", "DeploymentPolicy")
INSTANCES = Key("aws:ec2:instances", "InstanceTypes")
ENVIRONMENT = "aws:elasticbeanstalk:application:environment"


@pytest.fixture
def status(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> "Status":
    """The command, in front of the stand-in."""
    return Status(cloud, monkeypatch)


class Status:
    """Runs `status`."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_environment_as_its_stack_made_it_has_no_drift(cloud: Cloud, status: Status) -> None:
    """Nor has one whose size and version the deploy program has changed."""
    cloud.platform().scale("blue", 4)
    cloud.account.wait(300.0)
    said = status().stdout
    assert "blue is as its template says.\ngreen is as its template says.\n" in said
    assert "differs" not in said
    assert json.loads(status("--json").stdout)["drift"] == {"blue": [], "green": []}


def test_what_somebody_changed_is_shown(cloud: Cloud, status: Status) -> None:
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


def test_a_parameter_of_the_stack_is_no_drift(cloud: Cloud, status: Status) -> None:
    """Where deploy.toml says that it was given; one that it does not know of is."""
    for side in cloud.account.sides.values():
        side.options[INSTANCES] = "c7i.large"
    assert "is c7i.large, and should be c6i.large" in status().stdout
    assert "differs" not in status(InstanceType="c7i.large").stdout


def test_a_terminal_shows_so_much_and_a_program_gets_all(cloud: Cloud, status: Status) -> None:
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


def test_the_fleet_is_shown_where_the_options_are_not(cloud: Cloud, status: Status) -> None:
    """Whoever looks in need wants the traffic; why the rest is missing stands beside it."""
    cloud.account.refuse("DescribeConfigurationSettings", "AccessDenied", "no", times=8)
    result = status("--json")
    assert json.loads(result.stdout)["drift"] == {}
    assert json.loads(result.stdout)["fleet"]["weights"] == {"blue": 100, "green": 0}
    assert "could not be compared with the template" in result.stderr
