"""From deploy.toml to the adapter."""

from pathlib import Path

import pytest

from ogrom_deploy import config
from ogrom_deploy.beanstalk import Addresses, Beanstalk, S3Store
from ogrom_deploy.config import Connection, Misconfigured

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
    assert isinstance(made.platform, Beanstalk)
    settings = made.platform.settings
    assert (settings.application, settings.blue, settings.green) == ("ogrom", "shop-blue", "ogrom-green")
    assert (settings.rule, settings.least, settings.most) == ("arn:rule", 2, 8)
    assert settings.addresses == Addresses(blue="https://blue.example.org")
    assert isinstance(made.store, S3Store)
    assert made.store.bucket == "ogrom-deployments"
    assert made.platform.clients.s3.meta.region_name == "eu-central-1"
    assert made.policy.weights == (1, 10, 50, 100)
    assert made.drift == made.platform.drift


def test_names_are_planned_as_a_whole(tmp_path: Path) -> None:
    """Without a shared balancer the policy has one step, and its plan shows that."""
    made = connect(tmp_path, FILE.replace('rule = "arn:rule"', 'cname = "shop"'))
    assert made.policy.weights == (100,)


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
