"""What the contract does not ask of the records in S3."""

import pytest

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk import S3Store
from ogrom_deploy.ports import Conflict, PlatformError


def lose_the_response(cloud: FakeAws, operation: str) -> None:
    """Let AWS do it, and let the first response get lost, so that botocore asks again."""
    lost: list[str] = []

    def lose(response: object, **_: object) -> int | None:
        if lost or response is None:
            return None
        lost.append(operation)
        return 0

    events = cloud.clients.s3.meta.events
    events.register_first(f"needs-retry.s3.{operation}", lose)  # type: ignore[arg-type] # it answers


def test_a_write_whose_response_was_lost_is_ours(cloud: FakeAws) -> None:
    """The second try finds what the first one wrote: that is no conflict, and the lock is ours."""
    store = cloud.store()
    lose_the_response(cloud, "PutObject")
    tag = store.write("lock.json", b"mine", tag=None)
    assert store.read("lock.json") == (b"mine", tag)


def test_a_write_that_met_another_after_a_lost_response_is_not(cloud: FakeAws) -> None:
    """What is there was written by somebody else, so it stays a conflict."""
    store = cloud.store()
    store.write("lock.json", b"theirs", tag=None)
    lose_the_response(cloud, "PutObject")
    with pytest.raises(Conflict):
        store.write("lock.json", b"mine", tag=None)


def test_a_removal_whose_response_was_lost_has_been_done(cloud: FakeAws) -> None:
    """The second try finds nothing: there is nothing left to do."""
    store = cloud.store()
    tag = store.write("lock.json", b"mine", tag=None)
    lose_the_response(cloud, "DeleteObject")
    store.delete("lock.json", tag=tag)
    assert store.read("lock.json") is None


def test_names_come_from_all_pages(cloud: FakeAws) -> None:
    """S3 lists a thousand at a time."""
    store = cloud.store()
    for number in range(3):
        store.write(f"history/{number}", b"", tag=None)
    paginator = cloud.clients.s3.get_paginator("list_objects_v2")
    pages = list(paginator.paginate(Bucket=store.bucket, PaginationConfig={"PageSize": 1}))
    assert len(pages) == 3
    cloud.clients.s3.meta.events.register(
        "before-parameter-build.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=1)
    )
    assert list(store.names("history/")) == ["history/0", "history/1", "history/2"]


def test_records_keep_to_their_prefix(cloud: FakeAws) -> None:
    """Bundles in the same bucket are none of them."""
    cloud.clients.s3.put_object(Bucket=cloud.settings.bucket, Key="versions/a.zip", Body=b"")
    assert list(cloud.store().names("")) == []


def test_a_missing_bucket_is_told(cloud: FakeAws) -> None:
    """It is no missing record: whoever takes the lock must not believe that."""
    store = S3Store(cloud.clients.s3, "no-such-bucket")
    for act in (lambda: store.read("lock.json"), lambda: store.write("lock.json", b"", tag=None)):
        with pytest.raises(PlatformError, match="no bucket 'no-such-bucket'"):
            act()


def test_its_client_is_not_printed(cloud: FakeAws) -> None:
    """A client knows credentials."""
    assert "client" not in repr(cloud.store())
