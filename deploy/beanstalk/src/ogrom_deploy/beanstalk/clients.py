"""The clients of AWS that the adapter uses, all configured one way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from .errors import explained

if TYPE_CHECKING:
    from types_boto3_autoscaling import AutoScalingClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_elasticbeanstalk import ElasticBeanstalkClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_s3 import S3Client

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


def open_clients(region: str = "") -> Clients:
    """Make the clients, with the credentials that boto3's own chain finds.

    Args:
        region: such as `eu-central-1`; empty for what that chain finds.

    Raises:
        PlatformError: there is no region, or no such profile.
    """
    with explained("connect to AWS"):
        session = boto3.Session(region_name=region or None)
        return Clients(
            session.client("elasticbeanstalk", config=CONFIG),
            session.client("autoscaling", config=CONFIG),
            session.client("elbv2", config=CONFIG),
            session.client("cloudwatch", config=CONFIG),
            session.client("s3", config=CONFIG),
        )
