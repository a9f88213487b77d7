"""A rehearsal as the platform of the deploy program's own commands."""

from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_deploy.config import Config, Misconfigured, connect
from ogrom_deploy.deployment import Deployment
from ogrom_deploy.model import Version
from ogrom_deploy.policy import Policy
from ogrom_deploy.rehearsal.connecting import Connected

POLICY = Policy(
    weights=(50, 100), watch=0.1, soak=0.0, drain=0.1, extensions=0, observations=1, flat_rounds=1, poll=0.1
)


@pytest.mark.slow
def test_a_command_finds_the_live_version_and_deploys_over_it(installed: Path) -> None:
    """What a command starts serves, is deployed over, and ends with it."""
    made = connect(Config(platform="rehearsal", rehearsal={"live": str(installed)}, policy=POLICY))
    platform = made.platform
    assert isinstance(platform, Connected)
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
