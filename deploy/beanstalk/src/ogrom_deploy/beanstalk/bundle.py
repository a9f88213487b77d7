"""The source bundle of a version: what Elastic Beanstalk runs on each instance.

One container behind the platform's own nginx (`Dockerrun.aws.json`, version 1). With `docker-compose.yml` there is no
nginx, and so nobody who writes the log that enhanced health is made of: each gate would be blind.
"""

import hashlib
import io
import json
import re
import zipfile

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

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
