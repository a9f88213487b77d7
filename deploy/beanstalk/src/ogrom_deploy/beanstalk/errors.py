"""What AWS refuses, told to the person who can do something about it."""

from collections.abc import Iterator
from contextlib import contextmanager

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

from .permissions import needed

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


def code(problem: ClientError) -> str:
    """AWS's own name of an error."""
    return problem.response.get("Error", {}).get("Code", "")


def message(problem: ClientError) -> str:
    """What AWS says of an error."""
    return problem.response.get("Error", {}).get("Message", "")


@contextmanager
def explained(doing: str) -> Iterator[None]:
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
    name, said = code(problem), message(problem)
    if name in DENIED:
        missing = " and ".join(needed(problem.operation_name)) or problem.operation_name
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
