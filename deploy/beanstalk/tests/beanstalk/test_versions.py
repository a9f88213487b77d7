"""Publishing: a bundle in the bucket, and a label that never changes what it means."""

import pytest

from ogrom_deploy.beanstalk.bundle import bundle
from ogrom_deploy.beanstalk.testing import Cloud
from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:"
VERSION = Version("0123456789ab", IMAGE + "0" * 64)


def test_a_version_is_uploaded_and_registered_once(cloud: Cloud) -> None:
    """What Elastic Beanstalk is told of is the bundle's bytes; the second time nothing happens."""
    platform = cloud.platform()
    platform.publish(VERSION)
    platform.publish(VERSION)
    _, source = cloud.account.versions[VERSION.label]
    stored = cloud.clients.s3.get_object(Bucket=source["S3Bucket"], Key=source["S3Key"])["Body"].read()
    assert stored == bundle(VERSION)
    assert source["S3Key"].startswith(f"versions/{VERSION.label}-")
    assert cloud.account.calls["CreateApplicationVersion"] == 1


def test_a_label_never_means_another_image(cloud: Cloud) -> None:
    """It is told, and what is there stays; so does a version that somebody else has put there."""
    cloud.platform().publish(VERSION)
    before = cloud.account.versions[VERSION.label]
    with pytest.raises(PlatformError, match="label is taken by 123456789012"):
        cloud.platform().publish(Version(VERSION.label, IMAGE + "1" * 64))
    assert cloud.account.versions[VERSION.label] == before
    with pytest.raises(PlatformError, match="label is taken by a version of somebody else"):
        cloud.platform().publish(Version("v1", IMAGE + "1" * 64))


def test_what_is_published_needs_no_artefact(cloud: Cloud) -> None:
    """Whoever goes back to a label means what it stands for, also if today's program would bundle it otherwise."""
    cloud.platform().publish(VERSION)
    cloud.account.versions[VERSION.label] = (0.0, {"S3Bucket": "b", "S3Key": "an-elder-bundle.zip"})
    cloud.platform().publish(VERSION)
    cloud.platform().publish(Version(VERSION.label))
    assert cloud.account.calls["CreateApplicationVersion"] == 1
    with pytest.raises(PlatformError, match="is no image with its digest"):
        cloud.platform().publish(Version("never-published"))


def test_of_two_who_publish_at_once_both_are_right(cloud: Cloud) -> None:
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


def test_a_deployment_waits_until_the_bundle_is_processed(cloud: Cloud) -> None:
    """AWS refuses a version that it has not looked into yet."""
    cloud.platform().publish(VERSION)
    cloud.platform().deploy("green", VERSION)
    assert cloud.account.sides["ogrom-green"].version == VERSION.label


def test_a_bundle_that_is_never_processed_is_given_up(cloud: Cloud) -> None:
    """In the time that the settings give it."""
    cloud.account.versions["v2"] = (float("inf"), {"S3Bucket": "b", "S3Key": "k"})
    begin = cloud.account.now()
    with pytest.raises(PlatformError, match="still processing after 45 seconds"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.now() - begin < 50.0
    assert cloud.account.calls["UpdateEnvironment"] == 0


def test_a_bundle_that_aws_cannot_read_is_told(cloud: Cloud) -> None:
    """Its status says so, and nothing is ordered."""
    cloud.account.versions["v2"] = (-1.0, {"S3Bucket": "b", "S3Key": "k"})
    with pytest.raises(PlatformError, match="could not process its bundle"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.calls["UpdateEnvironment"] == 0
