"""The clients of AWS, the permissions they need, and AWS's errors in words a person can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    TokenRetrievalError,
)

from ogrom_deploy.ports import PlatformError

if TYPE_CHECKING:
    from types_boto3_autoscaling import AutoScalingClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_elasticbeanstalk import ElasticBeanstalkClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_s3 import S3Client

ACTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "elasticbeanstalk": {
        "CreateApplicationVersion": ("elasticbeanstalk:CreateApplicationVersion", "s3:GetObject"),
        "DescribeApplicationVersions": ("elasticbeanstalk:DescribeApplicationVersions",),
        "DescribeConfigurationSettings": ("elasticbeanstalk:DescribeConfigurationSettings",),
        "DescribeEnvironmentHealth": ("elasticbeanstalk:DescribeEnvironmentHealth",),
        "DescribeEnvironmentManagedActions": ("elasticbeanstalk:DescribeEnvironmentManagedActions",),
        "DescribeEnvironmentResources": ("elasticbeanstalk:DescribeEnvironmentResources",),
        "DescribeEnvironments": ("elasticbeanstalk:DescribeEnvironments",),
        "DescribeInstancesHealth": ("elasticbeanstalk:DescribeInstancesHealth",),
        "SwapEnvironmentCNAMEs": ("elasticbeanstalk:SwapEnvironmentCNAMEs",),
        "UpdateEnvironment": ("elasticbeanstalk:UpdateEnvironment",),
    },
    "autoscaling": {"DescribeAutoScalingGroups": ("autoscaling:DescribeAutoScalingGroups",)},
    "elbv2": {
        "DescribeRules": ("elasticloadbalancing:DescribeRules",),
        "DescribeTargetGroups": ("elasticloadbalancing:DescribeTargetGroups",),
        "ModifyRule": ("elasticloadbalancing:ModifyRule",),
    },
    "cloudwatch": {"GetMetricData": ("cloudwatch:GetMetricData",)},
    "ecs": {
        "DescribeTasks": ("ecs:DescribeTasks",),
        "ListTasks": ("ecs:ListTasks",),
        "RegisterTaskDefinition": ("ecs:RegisterTaskDefinition", "iam:PassRole"),
        "RunTask": ("ecs:RunTask",),
    },
    "logs": {"GetLogEvents": ("logs:GetLogEvents",)},
    "rds": {"DescribeDBSnapshots": ("rds:DescribeDBSnapshots",)},
    "s3": {
        "DeleteObject": ("s3:DeleteObject",),
        "GetObject": ("s3:GetObject",),
        "ListObjectsV2": ("s3:ListBucket",),
        "PutObject": ("s3:PutObject",),
    },
}
"""The actions of IAM that each operation of each client needs.

Elastic Beanstalk carries out UpdateEnvironment with the caller's rights, unless the environment has an operations
role; with one, these actions and `iam:PassRole` on that role are enough.
"""


def permissions_for(operation: str) -> tuple[str, ...]:
    """The actions that an operation needs, by the operation's name as it stands in errors."""
    return next((found[operation] for found in ACTIONS.values() if operation in found), ())


DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "InsufficientPrivilegesException",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "RequestExpired",
        "UnrecognizedClientException",
    }
)
THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
QUOTA = frozenset({"TooManyApplicationVersionsException", "TooManyBucketsException"})

WHO = "Ask who you are to AWS: aws sts get-caller-identity"


def error_code(problem: ClientError) -> str:
    """AWS's own name of an error."""
    return problem.response.get("Error", {}).get("Code", "")


def error_message(problem: ClientError) -> str:
    """What AWS says of an error."""
    return problem.response.get("Error", {}).get("Message", "")


@contextmanager
def aws_errors(doing: str) -> Iterator[None]:
    """Make what boto3 raises a PlatformError.

    Args:
        doing: what was tried, such as `deploy 1c0ffee to green`; the error begins with it.

    Raises:
        PlatformError: with what to do next.
    """
    try:
        yield
    except ClientError as problem:
        raise PlatformError(f"{doing}: {_refused(problem)}") from problem
    except BotoCoreError as problem:
        raise PlatformError(f"{doing}: {_unsent(problem)}") from problem


def _refused(problem: ClientError) -> str:
    name, said = error_code(problem), error_message(problem)
    if name in DENIED:
        missing = " and ".join(permissions_for(problem.operation_name)) or problem.operation_name
        return f"AWS denies it: {said}\nThe deploy role needs {missing}. {WHO}"
    if name in EXPIRED:
        return f"AWS does not accept the credentials: {said}\nRenew them, such as with: aws sso login"
    if name == "RequestTimeTooSkewed":
        return f"this machine's clock is wrong: {said}\nSet it, then try again."
    if name in THROTTLED:
        return (
            f"AWS has too many requests of this account, even after retries: {said}\nTry again in a minute."
        )
    if name in QUOTA:
        return f"AWS has no room for it: {said}\nRemove old application versions, or raise the quota."
    return f"AWS refuses ({name}): {said}"


def _unsent(problem: BotoCoreError) -> str:
    match problem:
        case NoCredentialsError() | PartialCredentialsError():
            return f"{problem}\nNo AWS credentials: log in (aws sso login), or set AWS_PROFILE or a role."
        case CredentialRetrievalError() | TokenRetrievalError():
            return f"{problem}\nThe AWS credentials cannot be renewed: log in again (aws sso login)."
        case ProfileNotFound():
            return f"{problem}\nSet AWS_PROFILE to one of: aws configure list-profiles"
        case NoRegionError():
            return f"{problem}\nSet the region in the deploy settings, or AWS_REGION."
        case EndpointConnectionError() | ConnectTimeoutError() | ReadTimeoutError():
            return f"{problem}\nAWS cannot be reached: is the region right, and the network up?"
        case _:
            return str(problem)


MOST = 5.0
"""Seconds. If this machine's clock is further behind, health from before an order would look newer than it."""


def expect_same_time(headers: Mapping[str, str], now: float) -> None:
    """Compare the clocks.

    Args:
        headers: of a response of AWS, in lower case.
        now: when it came, by this machine's clock in seconds since 1970.

    Raises:
        PlatformError: they are too far apart.
    """
    if "date" not in headers:
        return
    behind = parsedate_to_datetime(headers["date"]).timestamp() - now
    if abs(behind) > MOST:
        way = "behind" if behind > 0 else "ahead of"
        raise PlatformError(
            f"this machine's clock is {abs(behind):.0f} seconds {way} AWS's, so old measurements of health would "
            "look new; set it (timedatectl set-ntp true)"
        )


CONFIG = Config(
    connect_timeout=5,
    read_timeout=15,
    # Adaptive: it slows down where AWS says that the account asks too often.
    retries={"mode": "adaptive", "total_max_attempts": 5},
    user_agent_extra="ogrom-deploy",
)
"""No call lasts for ever: five tries of 20 seconds each at most."""


@dataclass(frozen=True)
class Clients:
    """One client for each service."""

    elasticbeanstalk: "ElasticBeanstalkClient"
    autoscaling: "AutoScalingClient"
    elbv2: "ElasticLoadBalancingv2Client"
    cloudwatch: "CloudWatchClient"
    s3: "S3Client"


@dataclass(frozen=True)
class TaskClients:
    """The clients that a change of the database needs; their stubs are not installed."""

    ecs: Any
    logs: Any
    rds: Any


def open_task_clients(region: str = "") -> TaskClients:
    """Make them, as `open_clients` does.

    Raises:
        PlatformError: there is no region, or no such profile.
    """
    with aws_errors("connect to AWS"):
        client: Any = boto3.Session(region_name=region or None).client
        return TaskClients(*(client(each, config=CONFIG) for each in ("ecs", "logs", "rds")))


def open_clients(region: str = "") -> Clients:
    """Make the clients, with the credentials that boto3's own chain finds.

    Args:
        region: such as `eu-central-1`; empty for what that chain finds.

    Raises:
        PlatformError: there is no region, or no such profile.
    """
    with aws_errors("connect to AWS"):
        session = boto3.Session(region_name=region or None)
        return Clients(
            session.client("elasticbeanstalk", config=CONFIG),
            session.client("autoscaling", config=CONFIG),
            session.client("elbv2", config=CONFIG),
            session.client("cloudwatch", config=CONFIG),
            session.client("s3", config=CONFIG),
        )
