"""The bundle that Elastic Beanstalk runs."""

import io
import json
import re
import subprocess
import zipfile

import pytest
import yaml

from ogrom_deploy.beanstalk.bundle import PORT, bundle, digest
from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:" + "a" * 64
VERSION = Version("0123456789ab", IMAGE)


def opened(version: Version) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(bundle(version)))


def test_it_has_one_container_by_its_digest() -> None:
    """The image cannot change under the label, and nginx, which writes the log of health, is before it."""
    with opened(VERSION) as archive:
        document = json.loads(archive.read("Dockerrun.aws.json"))
        assert not {"Dockerfile", "docker-compose.yml"} & set(archive.namelist())
    assert document["AWSEBDockerrunVersion"] == "1"
    assert document["Image"]["Name"] == IMAGE
    assert document["Ports"] == [{"ContainerPort": PORT}]


def test_the_release_is_all_that_it_sets() -> None:
    """The stack sets the rest; a label of digits is text all the same."""
    with opened(Version("000000000012", IMAGE)) as archive:
        names = [each for each in archive.namelist() if each.startswith(".ebextensions/")]
        options = yaml.safe_load(archive.read(names[0]))
    assert len(names) == 1
    assert options == {
        "option_settings": {"aws:elasticbeanstalk:application:environment": {"OGROM_RELEASE": "000000000012"}}
    }


def test_hooks_can_be_executed() -> None:
    """Unix modes are kept: a hook without its bit fails the deployment; other files have none."""
    with opened(VERSION) as archive:
        modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
        systems = {each.create_system for each in archive.infolist()}
        hook = archive.read(".platform/hooks/postdeploy/50_ready.sh")
    assert systems == {3}
    assert all(
        mode == (0o100755 if name.startswith(".platform/hooks/") else 0o100644)
        for name, mode in modes.items()
    )
    subprocess.run(["sh", "-n"], input=hook, check=True)


def test_the_same_version_has_the_same_bytes() -> None:
    """No time, no order and no compression of this machine is in them; another version has others."""
    assert bundle(VERSION) == bundle(VERSION)
    # Another digest of the same files means that what is deployed under old labels is told to be something else.
    assert digest(bundle(VERSION)) != digest(bundle(Version("0123456789ac", IMAGE)))
    with opened(VERSION) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {(each.compress_type, each.date_time) for each in archive.infolist()} == {
            (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))
        }


@pytest.mark.parametrize(
    "artefact", ["", "ogrom", "ogrom:latest", "ogrom@sha256:abc", IMAGE + " ", "a b@sha256:" + "a" * 64]
)
def test_a_tag_is_no_image(artefact: str) -> None:
    """What may mean another image tomorrow is refused."""
    with pytest.raises(PlatformError, match="registry/name@sha256:"):
        bundle(Version("v1", artefact))


@pytest.mark.parametrize("label", ["", "a" * 101, "a b", 'a"b', "../a"])
def test_a_label_is_plain(label: str) -> None:
    """It becomes a name in the bucket and a line of YAML."""
    with pytest.raises(PlatformError, match=re.escape("1 to 100")):
        bundle(Version(label, IMAGE))
