import io
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
import stamina
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from moto import mock_aws
from types_boto3_s3 import S3Client

from ogrom_tools.command import Failed
from ogrom_tools.index import Conflict
from ogrom_tools.index.s3 import S3


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="wheels")
        yield client


def test_only_a_creation_is_conditional(client: S3Client) -> None:
    """S3 is asked to refuse a name that is taken: there is no moment between asking and writing."""
    sent: list[Any] = []
    client.meta.events.register("before-send.s3", lambda request, **_: sent.append(request))
    store = S3("wheels", "python/", client)
    store.create("files/tea.whl", b"1")
    store.replace("simple/index.html", b"2")
    assert [request.headers.get("If-None-Match") for request in sent] == [b"*", None]


def test_a_cdn_is_told_how_long_to_keep_what(client: S3Client) -> None:
    """It takes the headers from the object."""
    store = S3("wheels", "python/", client)
    store.create("files/tea.whl", b"1")
    store.replace("simple/index.json", b"2")
    wheel = client.head_object(Bucket="wheels", Key="python/files/tea.whl")
    page = client.head_object(Bucket="wheels", Key="python/simple/index.json")
    assert wheel["CacheControl"] == "public, max-age=31536000, immutable"
    assert (page["CacheControl"], page["ContentType"]) == (
        "public, max-age=60",
        "application/vnd.pypi.simple.v1+json",
    )


def stubbed(client: S3Client, *codes: str) -> Stubber:
    """A client that S3 answers so, each time it puts something: with an error, or "" for success."""
    stubber = Stubber(client)
    expected: dict[str, Any] = {"Bucket": "wheels", "Key": "tea", "Body": b"1", "IfNoneMatch": "*"}
    expected |= {"ContentType": ANY, "CacheControl": ANY}
    for code in codes:
        if code:
            stubber.add_client_error("put_object", code, http_status_code=412, expected_params=expected)
        else:
            stubber.add_response("put_object", {}, expected)
    return stubber


def test_a_busy_name_is_asked_for_again(client: S3Client) -> None:
    """S3 answers 409 while it decides between two writers."""
    busy = "ConditionalRequestConflict"
    with stamina.set_testing(True, attempts=3), stubbed(client, busy, busy, "") as stubber:
        S3("wheels", "", client).create("tea", b"1")
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(("kept", "is_ours"), [(b"1", True), (b"2", False)])
def test_a_name_lost_after_a_wait_is_looked_at(client: S3Client, kept: bytes, is_ours: bool) -> None:
    """The other writer brought the same bytes, so all is well; or others."""
    body = {"Body": StreamingBody(io.BytesIO(kept), len(kept))}
    with (
        stamina.set_testing(True, attempts=3),
        stubbed(client, "ConditionalRequestConflict", "PreconditionFailed") as stubber,
        nullcontext() if is_ours else pytest.raises(Conflict),
    ):
        stubber.add_response("get_object", body, {"Bucket": "wheels", "Key": "tea"})
        S3("wheels", "", client).create("tea", b"1")


def test_what_aws_refuses_is_told(client: S3Client) -> None:
    """With how to find out why; whatever was asked."""
    store = S3("nowhere", "python/", client)
    for act in (
        lambda: store.read("a"),
        lambda: store.create("a", b""),
        lambda: store.replace("a", b""),
        lambda: store.names(""),
    ):
        with pytest.raises(Failed, match=r"(?s)s3://nowhere/python/.*NoSuchBucket.*sts get-caller-identity"):
            act()


def test_all_of_many_names_are_listed(client: S3Client) -> None:
    """S3 lists a thousand at a time."""
    asked = {"Bucket": "wheels", "Prefix": "python/files/"}
    first = {"IsTruncated": True, "NextContinuationToken": "more", "Contents": [{"Key": "python/files/a"}]}
    with Stubber(client) as stubber:
        stubber.add_response("list_objects_v2", first, asked)
        more = {**asked, "ContinuationToken": "more"}
        stubber.add_response("list_objects_v2", {"Contents": [{"Key": "python/files/b"}]}, more)
        assert list(S3("wheels", "python/", client).names("files/")) == ["files/a", "files/b"]


def test_one_store_may_be_used_by_many_threads(client: S3Client) -> None:
    """`refresh` reads side by side."""
    store = S3("wheels", "", client)
    store.replace("a", b"1")
    read: list[bytes | None] = []
    threads = [threading.Thread(target=lambda: read.append(store.read("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert read == [b"1"] * 8
