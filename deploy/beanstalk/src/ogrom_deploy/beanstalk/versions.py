"""Application versions: a bundle in the bucket, and the label by which Elastic Beanstalk knows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

from .bundle import bundle, digest
from .clients import Clients
from .errors import code, explained, message
from .settings import Settings

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import ApplicationVersionDescriptionTypeDef

BETWEEN_LOOKS = 2.0
"""Seconds."""


@dataclass(frozen=True)
class Versions:
    """The versions of the application; a label never changes what it means.

    Attributes:
        clients: of AWS.
        settings: which application, which bucket.
        now: the platform's clock, in seconds.
        wait: let seconds go by on it.
    """

    clients: Clients
    settings: Settings
    now: Callable[[], float]
    wait: Callable[[float], None]

    def publish(self, version: Version) -> None:
        """Upload a version's bundle and register it; nothing where that was done already.

        Raises:
            PlatformError: the label stands for something else, or AWS refuses.
        """
        if self._is_published(version):
            return
        content = bundle(version)
        key = f"versions/{version.label}-{digest(content)}.zip"
        self._upload(key, content)
        with explained(f"publish {version.label}"):
            try:
                self.clients.elasticbeanstalk.create_application_version(
                    ApplicationName=self.settings.application,
                    VersionLabel=version.label,
                    Description=version.artefact,
                    SourceBundle={"S3Bucket": self.settings.bucket, "S3Key": key},
                    Process=True,  # validated now, not on the instances
                )
            except ClientError as problem:
                if "already exists" not in message(problem) or not self._is_published(version):
                    raise

    def await_processed(self, label: str) -> None:
        """Wait until a version can be deployed.

        Raises:
            PlatformError: there is none, its bundle is not good, or it takes too long.
        """
        until = self.now() + self.settings.patience
        while True:
            found = self._find(label)
            status = "" if found is None else found.get("Status", "").upper()
            if status == "PROCESSED":
                return
            if found is None:
                raise PlatformError(f"deploy {label}: there is no such version; publish it first")
            if status == "FAILED":
                raise PlatformError(
                    f"deploy {label}: Elastic Beanstalk could not process its bundle; its events say why"
                )
            if self.now() >= until:
                raise PlatformError(
                    f"deploy {label}: its bundle is still {status.lower()} after "
                    f"{self.settings.patience:.0f} seconds; try again, or look at the application's events"
                )
            self.wait(BETWEEN_LOOKS)

    def _is_published(self, version: Version) -> bool:
        """Whether the label is known, and stands for this image; without an artefact, for any."""
        found = self._find(version.label)
        if found is None:
            return False
        image = found.get("Description", "")
        if version.artefact not in {"", image}:
            raise PlatformError(
                f"publish {version.label}: this label is taken by {image or 'a version of somebody else'}, and a "
                "label never changes what it means; deploy another revision, or what the label stands for by "
                "leaving the artefact out"
            )
        return True

    def _find(self, label: str) -> "ApplicationVersionDescriptionTypeDef | None":
        with explained(f"look for version {label}"):
            found = self.clients.elasticbeanstalk.describe_application_versions(
                ApplicationName=self.settings.application, VersionLabels=[label]
            )["ApplicationVersions"]
        return found[0] if found else None

    def _upload(self, key: str, content: bytes) -> None:
        with explained(f"upload s3://{self.settings.bucket}/{key}"):
            try:
                self.clients.s3.put_object(
                    Bucket=self.settings.bucket,
                    Key=key,
                    Body=content,
                    ContentType="application/zip",
                    IfNoneMatch="*",
                )
            except ClientError as problem:
                # Its name is its content's digest: what is there is the same.
                if code(problem) != "PreconditionFailed":
                    raise
