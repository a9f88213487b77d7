"""An index's files in a bucket of S3, or of any other store that speaks S3 and knows conditional writes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
import stamina
from botocore.exceptions import BotoCoreError, ClientError

from ogrom_tools.command import Failed

from .layout import cache_control, content_type
from .store import expect_name, expect_same, is_name

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

TAKEN = "PreconditionFailed"
"""412: the name is taken."""

BUSY = "ConditionalRequestConflict"
"""409: somebody else is writing this name right now; S3 wants us to ask again."""


@dataclass(frozen=True)
class S3:
    """A store in a bucket, below a prefix.

    Each object carries what a CDN needs to know of it. A new name is taken by `If-None-Match: *`, so S3 itself
    decides which of two publishers gets it; the bucket's policy can demand it of everybody.
    """

    bucket: str
    prefix: str = ""
    """What the keys begin with: "" or a folder such as `python/`."""
    client: "S3Client" = field(default_factory=lambda: boto3.client("s3"), repr=False)

    def read(self, name: str) -> bytes | None:
        """The bytes of this name, if there are any.

        Raises:
            Failed: AWS does not let us.
        """
        if not is_name(name):
            return None
        try:
            with self._explained():
                return self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None

    def create(self, name: str, data: bytes) -> None:
        """Keep bytes under a new name.

        Raises:
            Conflict: other bytes are there.
            Failed: AWS does not let us.
        """
        expect_name(name)
        with self._explained():
            for attempt in stamina.retry_context(on=_is_busy, attempts=10, timeout=30.0):
                with attempt:
                    self._claim(name, data)

    def replace(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, whatever was there.

        Raises:
            Failed: AWS does not let us.
        """
        expect_name(name)
        with self._explained():
            self.client.put_object(
                Bucket=self.bucket,
                Key=self.prefix + name,
                Body=data,
                ContentType=content_type(name),
                CacheControl=cache_control(name),
            )

    def names(self, prefix: str) -> Sequence[str]:
        """All names that begin so, in order.

        Raises:
            Failed: AWS does not let us.
        """
        with self._explained():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            keys = [each.get("Key", "") for page in pages for each in page.get("Contents", ())]
        return sorted(key.removeprefix(self.prefix) for key in keys)

    def _claim(self, name: str, data: bytes) -> None:
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=self.prefix + name,
                Body=data,
                ContentType=content_type(name),
                CacheControl=cache_control(name),
                IfNoneMatch="*",
            )
        except ClientError as problem:
            if _code(problem) != TAKEN:
                raise
            expect_same(name, self.read(name) or b"", data)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What AWS refuses, told to the person."""
        try:
            yield
        except self.client.exceptions.NoSuchKey:
            raise
        except (BotoCoreError, ClientError) as problem:
            raise Failed(
                f"s3://{self.bucket}/{self.prefix}: {problem}\n"
                "Is it the right bucket, and who are you to AWS? Ask: aws sts get-caller-identity"
            ) from problem


def _code(problem: ClientError) -> str:
    return problem.response.get("Error", {}).get("Code", "")


def _is_busy(problem: Exception) -> bool:
    return isinstance(problem, ClientError) and _code(problem) == BUSY
