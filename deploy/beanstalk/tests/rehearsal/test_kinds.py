"""Whether instances are containers or processes, and who makes their versions."""

import json
from pathlib import Path

import pytest

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.rehearsal import versions
from ogrom_deploy.rehearsal.kinds import AsContainers, AsProcesses, choose
from ogrom_deploy.rehearsal.starters import Containers, Processes

ENGINE = ("env", "A=1", "podman")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the repository's tools were asked; here, an engine works."""
    asked: list[tuple[str, ...]] = []
    answers = {
        "image.container": json.dumps(ENGINE),
        "image": json.dumps({"label": "0123", "image": "shop:0123"}),
        "image.installation": "/releases/0123",
    }

    def tool(*command: str) -> str:
        asked.append(command)
        return answers[command[0]]

    monkeypatch.setattr(versions, "tool", tool)
    return asked


def test_containers_are_taken_where_they_can_run(asked: list[tuple[str, ...]]) -> None:
    """Whether they are wanted or not spoken of; processes where these are wanted, and nobody is asked."""
    assert choose("auto") == choose("containers") == AsContainers(ENGINE)
    assert len(asked) == 2
    assert choose("processes") == AsProcesses()
    assert len(asked) == 2


def test_without_an_engine_there_are_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which it says; where containers are wanted, the engine's error is told."""

    def fails(*_: str) -> str:
        raise PlatformError("No engine can build an image here:\npodman is not installed")

    monkeypatch.setattr(versions, "tool", fails)
    assert str(choose("auto")).startswith("processes, since no container can run here")
    with pytest.raises(PlatformError, match="podman is not installed"):
        choose("containers")


def test_versions_of_containers_are_images(asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    """They are called by the revision's label, and one that is given by its name."""
    kind = AsContainers(ENGINE)
    assert kind.make("HEAD~1") == kind.make(None) == Version("0123", "shop:0123")
    assert [each[-1] for each in asked] == ["HEAD~1", "--json"]
    assert len({option for each in asked for option in each if option.startswith("--tag=")}) == 2
    assert kind.given("localhost/shop:1") == Version("localhost-shop-1", "localhost/shop:1")
    program = kind.program(Version("1", "shop:1"))
    assert (program[:3], program[-1]) == (ENGINE, "shop:1")
    assert kind.starter(tmp_path, {}, ()) == Containers(ENGINE, tmp_path, {})
    assert str(kind) == "containers, by podman"


def test_an_image_goes_with_the_rehearsal(tmp_path: Path) -> None:
    """It is ours alone, and large."""
    engine = ("sh", "-c", f'echo "$@" > {tmp_path}/asked', "engine")
    AsContainers(engine).drop(Version("1", "shop:1"))
    assert (tmp_path / "asked").read_text() == "image rm shop:1\n"


def test_versions_of_processes_are_installations(asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    """Folders that are called by the revision's label."""
    kind = AsProcesses()
    assert kind.make("HEAD~1") == kind.given("/releases/0123") == Version("0123", "/releases/0123")
    assert kind.program(kind.make(None)) == ("/releases/0123/bin/ogrom-api",)
    assert asked == [("image.installation", "HEAD~1"), ("image.installation",)]
    assert kind.starter(tmp_path, {}, ()) == Processes(tmp_path, {})
    assert str(kind) == "processes"
