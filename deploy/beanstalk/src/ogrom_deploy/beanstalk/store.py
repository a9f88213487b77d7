"""Records in an S3 bucket; a record is only changed by who knows its current tag."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ogrom_deploy.ports import Conflict, PlatformError

from .aws import aws_errors, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""Another record is there, or somebody else is writing it this moment."""

ABSENT = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True)
class S3Store:
    """A Store below a prefix; a record's tag is its ETag.

    S3 itself decides which of two writers is first (`If-None-Match`, `If-Match`), so that a lock here is one.
    """

    client: "S3Client" = field(repr=False)
    bucket: str
    prefix: str = "records/"

    def read(self, name: str) -> tuple[bytes, str] | None:
        with self._explained("read", name):
            try:
                found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            except ClientError as problem:
                if error_code(problem) in ABSENT:
                    return None
                raise
            return found["Body"].read(), found["ETag"]

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        with self._explained("write", name):
            try:
                return self._put(name, content, tag)
            except ClientError as problem:
                if error_code(problem) in CHANGED and _was_retried(problem):
                    there = self.read(name)
                    if there is not None and there[0] == content:
                        return there[1]  # our first try had come through; only its response was lost
                raise

    def delete(self, name: str, *, tag: str) -> None:
        with self._explained("delete", name):
            try:
                self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name, IfMatch=tag)
            except ClientError as problem:
                if not (error_code(problem) in ABSENT and _was_retried(problem)):
                    raise

    def names(self, prefix: str) -> Iterator[str]:
        with self._explained("list", prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    yield each.get("Key", "").removeprefix(self.prefix)

    def _put(self, name: str, content: bytes, tag: str | None) -> str:
        key = self.prefix + name
        if tag is None:
            return self.client.put_object(Bucket=self.bucket, Key=key, Body=content, IfNoneMatch="*")["ETag"]
        return self.client.put_object(Bucket=self.bucket, Key=key, Body=content, IfMatch=tag)["ETag"]

    @contextmanager
    def _explained(self, verb: str, name: str) -> Iterator[None]:
        with aws_errors(f"{verb} s3://{self.bucket}/{self.prefix}{name}"):
            try:
                yield
            except ClientError as problem:
                if error_code(problem) == "NoSuchBucket":
                    raise PlatformError(
                        f"{verb} {name}: there is no bucket {self.bucket!r}; set the one of the stack's outputs"
                    ) from problem
                if verb != "read" and error_code(problem) in CHANGED | ABSENT:
                    raise Conflict(f"{name} was changed meanwhile") from problem
                raise


def _was_retried(problem: ClientError) -> bool:
    return problem.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
