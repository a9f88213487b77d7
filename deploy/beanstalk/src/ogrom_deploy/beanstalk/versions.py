"""Application versions: a source bundle in the bucket, and the label that Elastic Beanstalk knows it by."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

from .aws import Clients, aws_errors, error_code, error_message
from .settings import Settings

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import ApplicationVersionDescriptionTypeDef

IMAGE = re.compile(r"[^\s@]{1,128}@sha256:[0-9a-f]{64}")
LABEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")

PORT = 8080
"""Where the container listens."""

READY = """\
#!/bin/sh
# The deployment fails here, on an instance without traffic, when the service does not become ready.
tries=120
until curl --fail --silent --output /dev/null --max-time 5 http://127.0.0.1/health/ready; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
        echo "ogrom: not ready; the last answer was:" >&2
        curl --silent --show-error --max-time 5 http://127.0.0.1/health/ready >&2
        exit 1
    fi
    sleep 1
done
"""

NGINX = """\
# Longer than the balancer keeps an idle connection (60 s), so that it never sends into one that we close.
keepalive_timeout 75s;
# More than the service takes, so that it is the one that answers 413.
client_max_body_size 16m;
# As long as the longest request may take; the service has its own, shorter deadline.
proxy_read_timeout 60s;
"""

OPTIONS = """\
# All else is set in the stack, which wins over this file. This changes with each version.
option_settings:
  aws:elasticbeanstalk:application:environment:
    OGROM_RELEASE: "{label}"
"""


def bundle(version: Version) -> bytes:
    """The zip file of a version; the same bytes for the same version, on any machine.

    Raises:
        PlatformError: the artefact is no image by its digest, or the label no label.
    """
    if not IMAGE.fullmatch(version.artefact):
        raise PlatformError(
            f"publish {version.label}: {version.artefact!r} is no image with its digest; give it as "
            "registry/name@sha256:..., since a tag may mean another image tomorrow"
        )
    if not LABEL.fullmatch(version.label):
        raise PlatformError(
            f"publish {version.label!r}: a label has 1 to 100 letters, digits, dots, dashes or underscores"
        )
    files = {
        "Dockerrun.aws.json": (0o644, _dockerrun(version.artefact)),
        ".ebextensions/release.config": (0o644, OPTIONS.format(label=version.label)),
        ".platform/hooks/postdeploy/50_ready.sh": (0o755, READY),
        ".platform/nginx/conf.d/elasticbeanstalk/ogrom.conf": (0o644, NGINX),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (mode, content) in sorted(files.items()):
            archive.writestr(_entry(name, mode), content)
    return buffer.getvalue()


def digest(content: bytes) -> str:
    """What names a bundle in the bucket."""
    return hashlib.sha256(content).hexdigest()[:16]


def _dockerrun(image: str) -> str:
    document = {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": image, "Update": "true"},
        "Ports": [{"ContainerPort": PORT}],
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    """An entry without the time and the machine that it was made at; stored, since zlibs differ."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3  # Unix: the mode counts, and a hook must be executable
    entry.external_attr = (0o100000 | mode) << 16
    return entry


BETWEEN_LOOKS = 2.0
"""Seconds."""


@dataclass(frozen=True)
class Versions:
    """The versions of the application; a label never changes what it means.

    Attributes:
        clients: of AWS.
        settings: which application, which bucket.
        now: the platform's clock, in seconds.
        wait: waits so many seconds on it.
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
        with aws_errors(f"publish {version.label}"):
            try:
                self.clients.elasticbeanstalk.create_application_version(
                    ApplicationName=self.settings.application,
                    VersionLabel=version.label,
                    Description=version.artefact,
                    SourceBundle={"S3Bucket": self.settings.bucket, "S3Key": key},
                    Process=True,  # validated now, not on the instances
                )
            except ClientError as problem:
                if "already exists" not in error_message(problem) or not self._is_published(version):
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
        with aws_errors(f"look for version {label}"):
            found = self.clients.elasticbeanstalk.describe_application_versions(
                ApplicationName=self.settings.application, VersionLabels=[label]
            )["ApplicationVersions"]
        return found[0] if found else None

    def _upload(self, key: str, content: bytes) -> None:
        with aws_errors(f"upload s3://{self.settings.bucket}/{key}"):
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
                if error_code(problem) != "PreconditionFailed":
                    raise
