"""The clients, the permissions they need, and how AWS's errors are told."""

import ast
import logging
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import boto3
import botocore.exceptions
import pytest
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

import ogrom_deploy
from ogrom_deploy.beanstalk import BeanstalkPlatform, Settings, open_clients
from ogrom_deploy.beanstalk.aws import ACTIONS, aws_errors, permissions_for
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
        BeanstalkPlatform(SETTINGS, open_clients(REGION)).observe()


def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Neither by what is printed of a platform, nor by what this package logs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTING")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-tell")
    with caplog.at_level(logging.DEBUG, "ogrom_deploy"):
        platform = BeanstalkPlatform(SETTINGS, open_clients(REGION))
    assert "do-not-tell" not in repr(platform) + caplog.text


def refused(code: str, operation: str = "UpdateEnvironment", message: str = "No.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        (refused("AccessDenied"), "needs elasticbeanstalk:UpdateEnvironment"),
        (refused("AccessDenied", "ListObjectsV2"), "needs s3:ListBucket"),
        (refused("InsufficientPrivilegesException", "CreateApplicationVersion"), "and s3:GetObject"),
        (refused("AccessDenied", "SomethingNew"), "needs SomethingNew"),
        (refused("ExpiredToken"), "aws sso login"),
        (refused("RequestTimeTooSkewed"), "clock"),
        (refused("Throttling"), "Try again in a minute"),
        (refused("TooManyApplicationVersionsException"), "Remove old application versions"),
        (refused("Whatever", message="The moon is full."), r"\(Whatever\): The moon is full"),
        (botocore.exceptions.NoCredentialsError(), "log in"),
        (botocore.exceptions.NoRegionError(), "AWS_REGION"),
        (botocore.exceptions.ProfileNotFound(profile="mine"), "list-profiles"),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="https://aws"), "cannot be reached"),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="https://aws"), "cannot be reached"),
        (botocore.exceptions.TokenRetrievalError(provider="sso", error_msg="x"), "log in again"),
        (BotoCoreError(), "unspecified error"),
    ],
    ids=lambda value: f"{type(value).__name__}" if isinstance(value, Exception) else value,
)
def test_an_error_says_what_was_tried_and_what_to_do(problem: Exception, advice: str) -> None:
    """It begins with the order, and ends with a way out."""
    with (
        pytest.raises(PlatformError, match=f"(?s)^deploy x to green: .*{advice}"),
        aws_errors("deploy x to green"),
    ):
        raise problem


def test_what_is_no_error_of_aws_passes() -> None:
    """A mistake of ours is none of AWS's."""
    with pytest.raises(KeyError), aws_errors("look"):
        raise KeyError("x")


PACKAGE = Path(ogrom_deploy.__file__).parent
DOCUMENT = Path(__file__).parents[4] / "docs" / "beanstalk.md"
TEMPLATE = PACKAGE / "templates" / "access.yaml"


def written() -> Iterator[tuple[str, str]]:
    """Every operation that the adapter's code names, by service."""
    operations = {
        service: {xform_name(name): name for name in get_session().get_service_model(service).operation_names}
        for service in ACTIONS
    }
    for path in (PACKAGE / "beanstalk").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Attribute(attr=method, value=ast.Attribute(attr=service)) if service in ACTIONS:
                    if name := operations[service].get(method):
                        yield service, name
                case ast.Attribute(attr=method, value=ast.Attribute(attr="client")):
                    yield from (("s3", name) for name in [operations["s3"].get(method)] if name)
                case ast.Call(
                    func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(method))]
                ):
                    yield from (
                        (each, found[method]) for each, found in operations.items() if method in found
                    )


PERMISSIONS = frozenset(
    action for operations in ACTIONS.values() for needed in operations.values() for action in needed
)


def test_the_table_has_what_the_code_calls() -> None:
    """No more and no less, so that the deploy role can be as small as it is."""
    assert set(written()) == {(service, name) for service, found in ACTIONS.items() for name in found}


def test_an_error_finds_what_is_needed() -> None:
    """By the operation's name alone; of an unknown one nothing is said."""
    assert permissions_for("ModifyRule") == ("elasticloadbalancing:ModifyRule",)
    assert permissions_for("ListObjectsV2") == ("s3:ListBucket",)
    assert permissions_for("Nonsense") == ()


def test_the_document_tells_them_all() -> None:
    """Whoever makes a role by hand reads them there."""
    rows = re.findall(
        r"^\| ([a-z0-9]+)(?:, in the bucket)? \| ((?:`[A-Za-z0-9]+`(?:, )?)+) \|$",
        DOCUMENT.read_text(),
        re.MULTILINE,
    )
    told = {f"{service}:{name}" for service, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == PERMISSIONS


def test_the_template_allows_what_is_needed() -> None:
    """Each action is one that the deploy role has, by name or by a pattern."""
    text = TEMPLATE.read_text()
    role = text[text.index("  DeployRole:") : text.index("  InstanceRole:")]
    allowed = re.findall(r"[a-z0-9]+:[A-Z][A-Za-z]*\*?", role)
    assert [each for each in sorted(PERMISSIONS) if not any(fnmatchcase(each, a) for a in allowed)] == []
