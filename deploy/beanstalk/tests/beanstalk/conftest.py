"""AWS for the tests: the stand-in for what moto does not do, moto for the rest, real clients before both."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from deploy.beanstalk.tests.aws.account import NAMES, Account
from deploy.beanstalk.tests.aws.fake_aws import FakeAws, fake_instances
from deploy.beanstalk.tests.aws.tasks import FakeTasks
from ogrom_deploy.beanstalk import Addresses, Clients, Settings
from ogrom_deploy.beanstalk.aws import TaskClients

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import ActionUnionTypeDef

REGION: Literal["eu-central-1"] = "eu-central-1"
OURS = ("elasticbeanstalk", "autoscaling", "monitoring", "ecs", "logs", "rds")
"""What the stand-in answers: moto keeps its hands off it."""


@cache
def session() -> boto3.Session:
    """One for all modules: it reads the models of the services, which takes a second or two."""
    return boto3.Session("testing", "testing", region_name=REGION)


def balancer(session: boto3.Session) -> tuple[str, tuple[str, str]]:
    """A shared balancer with a weighted rule, as the set-up makes it: the rule, and both groups of targets."""
    ec2: Any = session.client("ec2")
    elbv2: Any = session.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    made = elbv2.create_load_balancer(Name="ogrom", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    blue, green = (
        elbv2.create_target_group(Name=f"awseb-{name}", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][
            0
        ]["TargetGroupArn"]
        for name in ("blue", "green")
    )
    listener = elbv2.create_listener(
        LoadBalancerArn=made,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "421"}}],
    )["Listeners"][0]["ListenerArn"]
    action: ActionUnionTypeDef = {
        "Type": "forward",
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": each} for each in (blue, green)]},
    }
    rule = elbv2.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "host-header", "Values": ["api.example.org"]}],
        Actions=[action],
    )["Rules"][0]["RuleArn"]
    return rule, (blue, green)


@dataclass(frozen=True)
class Aws:
    """What is made once for all tests of a module, since that takes seconds."""

    session: boto3.Session
    rule: str
    targets: tuple[str, str]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Call every test in this folder slow: boto3 and moto take seconds to begin, and to make an account."""
    for each in items:
        if each.path.is_relative_to(Path(__file__).parent):
            each.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """Moto, with a balancer."""
    ours = [rf"https://{each}\." for each in OURS]
    with mock_aws(config={"core": {"passthrough": {"urls": ours}}}):
        yield Aws(session(), *balancer(session()))


@pytest.fixture
def cloud(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """An account where blue serves v1 with two instances, and green was just made."""
    # A try comes again at once.
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    config = Config(retries={"mode": "standard", "total_max_attempts": 4})
    clients = Clients(
        aws.session.client("elasticbeanstalk", config=config),
        aws.session.client("autoscaling", config=config),
        aws.session.client("elbv2", config=config),
        aws.session.client("cloudwatch", config=config),
        aws.session.client("s3", config=config),
    )
    client: Any = aws.session.client
    tasks = TaskClients(*(client(each, config=config) for each in ("ecs", "logs", "rds")))
    bucket = f"ogrom-{uuid4().hex}"
    clients.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    account = Account(aws.targets)
    blue, green = NAMES
    with fake_instances(account, blue) as blue_door, fake_instances(account, green) as green_door:
        settings = Settings(
            application="ogrom",
            blue=blue,
            green=green,
            bucket=bucket,
            rule=aws.rule,
            addresses=Addresses(blue_door, green_door),
        )
        account.serve(blue, "v1", 2)
        account.make(green, 1)
        cloud = FakeAws(account, clients, settings, tasks, FakeTasks(account))
        cloud.tell_rule(100, 0)
        yield cloud
