"""The bundle that Elastic Beanstalk runs, and its registration as a version."""

import io
import json
import re
import subprocess
import zipfile

import pytest
import yaml

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk.versions import PORT, bundle, digest
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


OTHER_IMAGE = IMAGE.replace("a" * 64, "1" * 64)


def test_a_version_is_uploaded_and_registered_once(cloud: FakeAws) -> None:
    """What Elastic Beanstalk is told of is the bundle's bytes; the second time nothing happens."""
    platform = cloud.platform()
    platform.publish(VERSION)
    platform.publish(VERSION)
    _, source = cloud.account.versions[VERSION.label]
    stored = cloud.clients.s3.get_object(Bucket=source["S3Bucket"], Key=source["S3Key"])["Body"].read()
    assert stored == bundle(VERSION)
    assert source["S3Key"].startswith(f"versions/{VERSION.label}-")
    assert cloud.account.calls["CreateApplicationVersion"] == 1


def test_a_label_never_means_another_image(cloud: FakeAws) -> None:
    """It is told, and what is there stays; so does a version that somebody else has put there."""
    cloud.platform().publish(VERSION)
    before = cloud.account.versions[VERSION.label]
    with pytest.raises(PlatformError, match="label is taken by 123456789012"):
        cloud.platform().publish(Version(VERSION.label, OTHER_IMAGE))
    assert cloud.account.versions[VERSION.label] == before
    with pytest.raises(PlatformError, match="label is taken by a version of somebody else"):
        cloud.platform().publish(Version("v1", OTHER_IMAGE))


def test_what_is_published_needs_no_artefact(cloud: FakeAws) -> None:
    """Whoever goes back to a label means what it stands for, also if today's program would bundle it otherwise."""
    cloud.platform().publish(VERSION)
    cloud.account.versions[VERSION.label] = (0.0, {"S3Bucket": "b", "S3Key": "an-elder-bundle.zip"})
    cloud.platform().publish(VERSION)
    cloud.platform().publish(Version(VERSION.label))
    assert cloud.account.calls["CreateApplicationVersion"] == 1
    with pytest.raises(PlatformError, match="is no image with its digest"):
        cloud.platform().publish(Version("never-published"))


def test_of_two_who_publish_at_once_both_are_right(cloud: FakeAws) -> None:
    """The other one's bundle and registration are found when ours are refused."""
    cloud.platform().publish(VERSION)
    hidden = cloud.account.versions.pop(VERSION.label)

    def appear(**_: object) -> None:
        cloud.account.versions[VERSION.label] = hidden

    cloud.clients.elasticbeanstalk.meta.events.register(
        "before-parameter-build.*.CreateApplicationVersion", appear
    )
    cloud.platform().publish(VERSION)
    assert cloud.account.calls["CreateApplicationVersion"] == 2


def test_a_deployment_waits_until_the_bundle_is_processed(cloud: FakeAws) -> None:
    """AWS refuses a version that it has not looked into yet."""
    cloud.platform().publish(VERSION)
    cloud.platform().deploy("green", VERSION)
    assert cloud.account.sides["ogrom-green"].version == VERSION.label


def test_a_bundle_that_is_never_processed_is_given_up(cloud: FakeAws) -> None:
    """In the time that the settings give it."""
    cloud.account.versions["v2"] = (float("inf"), {"S3Bucket": "b", "S3Key": "k"})
    begin = cloud.account.now()
    with pytest.raises(PlatformError, match="still processing after 45 seconds"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.now() - begin < 50.0
    assert cloud.account.calls["UpdateEnvironment"] == 0


def test_a_bundle_that_aws_cannot_read_is_told(cloud: FakeAws) -> None:
    """Its status says so, and nothing is ordered."""
    cloud.account.versions["v2"] = (-1.0, {"S3Bucket": "b", "S3Key": "k"})
    with pytest.raises(PlatformError, match="could not process its bundle"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.calls["UpdateEnvironment"] == 0
