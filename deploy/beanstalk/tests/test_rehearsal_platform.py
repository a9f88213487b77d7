"""The platform of a rehearsal, with a stand-in for the service behind a real HAProxy."""

import http.client
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_deploy.contract import PlatformContract
from ogrom_deploy.model import Version
from ogrom_deploy.ports import Platform
from ogrom_deploy.rehearsal.instances import Processes
from ogrom_deploy.rehearsal.platform import Rehearsal

STANDIN = Path(__file__).with_name("standin.py")
SECONDS = 20.0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation whose program is the stand-in."""
    folder = tmp_path_factory.mktemp("installed")
    program = folder / "bin" / "ogrom-api"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{STANDIN.read_text()}")
    program.chmod(0o755)
    return folder


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """Both environments, empty; `bad` ends when it is started, and `ill` is never ready."""
    settings = {"bad": {"STANDIN_EXIT": "3"}, "ill": {"STANDIN_STATE": "failing"}}
    with Rehearsal(Processes(tmp_path, {"OGROM_DRAIN_GRACE": "0.2"}), settings) as rehearsal:
        yield rehearsal


def send(rehearsal: Rehearsal, requests: int) -> list[str]:
    """The releases that answered; a request that is lost is an error."""
    connection = http.client.HTTPConnection("127.0.0.1", rehearsal.proxy.ports["live"], timeout=SECONDS)
    releases = []
    for _ in range(requests):
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        releases.append(response.headers["Ogrom-Release"])
    connection.close()
    return releases


class TestRehearsal(PlatformContract):
    """It keeps the contract of its port."""

    patience = SECONDS
    path = "/health/ready"

    @pytest.fixture
    def platform(self, rehearsal: Rehearsal) -> Platform:
        return rehearsal

    @pytest.fixture
    def versions(self, installed: Path) -> tuple[Version, Version]:
        return Version("v1", str(installed)), Version("v2", str(installed))

    def send(self, platform: Platform, requests: int) -> None:
        assert isinstance(platform, Rehearsal)
        send(platform, requests)
        # The log is on its way when the last response has come.
        total = len(platform.proxy.journal.since(0.0)) + 1
        platform.wait(0.3)
        assert total
