"""What AWS refuses, as a person reads it."""

import botocore.exceptions
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from ogrom_deploy.beanstalk.errors import explained
from ogrom_deploy.ports import PlatformError


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
        explained("deploy x to green"),
    ):
        raise problem


def test_what_is_no_error_of_aws_passes() -> None:
    """A mistake of ours is none of AWS's."""
    with pytest.raises(KeyError), explained("look"):
        raise KeyError("x")
