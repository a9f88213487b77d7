"""The adapter keeps the two ports' contracts."""

import pytest

from ogrom_deploy.beanstalk.testing import Cloud
from ogrom_deploy.contract import PlatformContract
from ogrom_deploy.model import Version
from ogrom_deploy.ports import Platform, Store
from ogrom_deploy.store_contract import StoreContract

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:"


class TestBeanstalk(PlatformContract):
    """On the stand-in, in virtual time."""

    patience = 600.0

    @pytest.fixture
    def platform(self, cloud: Cloud) -> Platform:
        """Nothing is deployed: no instance of blue, AWS's sample on green's one."""
        self.cloud = cloud
        blue, green = cloud.account.sides
        cloud.account.sides[blue].version = ""
        cloud.account.make(blue, 0)
        cloud.account.make(green, 1)
        return cloud.platform()

    @pytest.fixture
    def versions(self) -> tuple[Version, Version]:
        """Two images."""
        return Version("0123456789ab", IMAGE + "0" * 64), Version("123456789abc", IMAGE + "1" * 64)

    def send(self, platform: Platform, requests: int) -> None:
        """Clients ask at their rate; the first measurement may have begun before."""
        platform.wait(requests / self.cloud.account.rate + 2 * self.cloud.account.times.measure)


class TestS3Store(StoreContract):
    """On moto's S3."""

    @pytest.fixture
    def store(self, cloud: Cloud) -> Store:
        """The bucket's records."""
        return cloud.store()
