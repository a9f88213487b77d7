"""What AWS must allow the deploy program: one line for each operation that it calls."""

from collections.abc import Mapping

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
    "s3": {
        "DeleteObject": ("s3:DeleteObject",),
        "GetObject": ("s3:GetObject",),
        "ListObjectsV2": ("s3:ListBucket",),
        "PutObject": ("s3:PutObject",),
    },
}
"""The actions of IAM that each operation of each client needs.

Elastic Beanstalk does what UpdateEnvironment asks with the rights of whoever asked, unless the environment has an
operations role; with one, these actions and `iam:PassRole` on that role are all.
"""


def actions() -> frozenset[str]:
    """All of them."""
    return frozenset(
        action for operations in ACTIONS.values() for needed in operations.values() for action in needed
    )


def needed(operation: str) -> tuple[str, ...]:
    """The actions that an operation needs, by its name alone, as errors tell it."""
    return next((found[operation] for found in ACTIONS.values() if operation in found), ())
