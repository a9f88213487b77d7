"""The clients: where they go, how long they take, and what of them is printed."""

import logging

import boto3
import pytest

from ogrom_deploy.beanstalk import Beanstalk, Settings, open_clients
from ogrom_deploy.ports import PlatformError

REGION = "eu-central-1"
SETTINGS = Settings(application="ogrom", blue="ogrom-blue", green="ogrom-green", bucket="bucket", rule="arn")


def test_no_call_lasts_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has timeouts and a bounded number of tries, and slows down where AWS asks for it."""
    clients = open_clients(REGION)
    for client in (
        clients.elasticbeanstalk,
        clients.autoscaling,
        clients.elbv2,
        clients.cloudwatch,
        clients.s3,
    ):
        config = client.meta.config
        assert client.meta.region_name == REGION
        assert (config.connect_timeout, config.read_timeout) == (5, 15)  # type: ignore[attr-defined] # the stubs
        assert config.retries["mode"] == "adaptive"  # type: ignore[attr-defined]
        assert config.retries["total_max_attempts"] == 5  # type: ignore[attr-defined]


def test_without_a_region_it_says_where_to_set_one(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Before anything is sent."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/none")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with pytest.raises(PlatformError, match="AWS_REGION"):
        open_clients()


def test_without_credentials_it_says_how_to_log_in(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Nothing is sent unsigned."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, f"{tmp_path}/none")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(PlatformError, match=r"(?s)^look at the environments: .*log in"):
        Beanstalk(SETTINGS, open_clients(REGION)).observe()


def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Neither by what is printed of a platform, nor by what this package logs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTING")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-tell")
    with caplog.at_level(logging.DEBUG, "ogrom_deploy"):
        platform = Beanstalk(SETTINGS, open_clients(REGION))
    assert "do-not-tell" not in repr(platform) + caplog.text
