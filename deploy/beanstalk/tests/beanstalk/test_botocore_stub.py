"""The stand-in is as strict as AWS's own model: with a reply, with a request, and with what nobody wrote."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from deploy.beanstalk.tests.aws.account import Fault
from deploy.beanstalk.tests.aws.botocore_stub import InvalidReply, attach
from deploy.beanstalk.tests.aws.fake_aws import FakeAws


def client(reply: Mapping[str, Any] | Exception, service: str = "elasticbeanstalk") -> Any:
    """One whose operations all answer so."""

    def operation(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(reply, Exception):
            raise reply
        return reply

    made: Any = boto3.Session("testing", "testing", region_name="eu-central-1")
    made = made.client(service)
    names = ("DescribeEnvironments", "DescribeEnvironmentHealth", "GetMetricData", "SwapEnvironmentCNAMEs")
    attach(made, dict.fromkeys(names, operation), lambda: 1_800_000_000.0)
    return made


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"EnvironmentNome": "x"}, "Unknown parameter"),
        ({"Status": 7}, "Invalid type"),
        ({"Status": "Splendid"}, "'Splendid' is none of"),
        ({"DateCreated": object()}, "Invalid type"),
    ],
)
def test_a_reply_that_aws_cannot_give_is_refused(environment: Mapping[str, Any], reason: str) -> None:
    """A field, a type or a word that is not in the model fails the test that relied on it."""
    with pytest.raises(InvalidReply, match=reason):
        client({"Environments": [environment]}).describe_environments()


def test_a_reply_comes_back_as_it_was_given() -> None:
    """Through XML and botocore's parser: text, numbers, truth, times, lists and structures."""
    environment = {
        "EnvironmentName": "a <b> & c",
        "AbortableOperationInProgress": True,
        "DateUpdated": datetime(2026, 11, 25, 14, 0, tzinfo=UTC),
        "Resources": {"LoadBalancer": {"Listeners": [{"Protocol": "HTTP", "Port": 80}]}},
    }
    reply = client({"Environments": [environment]}).describe_environments()
    assert reply["Environments"] == [environment]
    assert reply["ResponseMetadata"]["HTTPHeaders"]["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"


def test_a_reply_in_json_comes_back_as_it_was_given() -> None:
    """The same for the other protocol."""
    result = {
        "Id": "a",
        "Timestamps": [datetime(2026, 11, 25, 14, tzinfo=UTC)],
        "Values": [1.5],
        "StatusCode": "Complete",
    }
    asked = {"MetricDataQueries": [{"Id": "a", "Expression": "1"}], "StartTime": 1, "EndTime": 2}
    reply = client({"MetricDataResults": [result]}, "cloudwatch").get_metric_data(**asked)
    assert reply["MetricDataResults"] == [result]


@pytest.mark.parametrize(
    ("service", "method"), [("elasticbeanstalk", "describe_environments"), ("cloudwatch", "get_metric_data")]
)
def test_a_refusal_is_aws_error(service: str, method: str) -> None:
    """With its code and its words, in either protocol."""
    asked = {"MetricDataQueries": [], "StartTime": 1, "EndTime": 2} if service == "cloudwatch" else {}
    with pytest.raises(ClientError, match="No more") as refused:
        getattr(client(Fault("QuotaExceeded", "No more"), service), method)(**asked)
    response: Any = refused.value.response
    assert response["Error"]["Code"] == "QuotaExceeded"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_request_that_aws_does_not_know_is_refused() -> None:
    """By botocore itself."""
    with pytest.raises(ParamValidationError, match="Unknown parameter"):
        client({}).describe_environments(EnvironmentNome="x")


def test_what_nobody_wrote_is_told(cloud: FakeAws) -> None:
    """Rather than sent to AWS."""
    with pytest.raises(InvalidReply, match="TerminateEnvironment is not written"):
        cloud.clients.elasticbeanstalk.terminate_environment(EnvironmentName="ogrom-blue")


def test_an_operation_without_a_reply_has_none() -> None:
    """Its model has no output."""
    with pytest.raises(InvalidReply, match="answers nothing"):
        client({"a": 1}).swap_environment_cnames()
    assert client({}).swap_environment_cnames()["ResponseMetadata"]["HTTPStatusCode"] == 200
