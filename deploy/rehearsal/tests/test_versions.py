"""Whether instances are containers or processes, and what makes their versions."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Schema
from ogrom_rehearsal import versions
from ogrom_rehearsal.instances import ContainerStarter, ProcessStarter
from ogrom_rehearsal.versions import (
    ContainerRuntime,
    ProcessRuntime,
    choose,
    installation,
    with_schema,
    working_engine,
)
from ogrom_tools.command import Failed
from ogrom_tools.image import base
from ogrom_tools.image.building import DOCKERFILE, Image
from ogrom_tools.image.engine import Engine
from ogrom_tools.projects import Workspace

ENGINE = ("env", "A=1", "podman")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, ...]]:
    """What the repository's tools were asked; here, an engine works."""
    asked: list[tuple[str | None, ...]] = []

    def build(engine: Engine, deployable: "Labelled", *, base: str, tag: str) -> Image:
        asked.append((deployable.revision, base, tag))
        return Image(engine, "shop:0123", Path())

    def install(workspace: Workspace, revision: str | None) -> Path:
        asked.append((revision,))
        return Path("/releases/0123")

    def of(workspace: Workspace, revision: str | None) -> object:
        return Labelled(revision)

    monkeypatch.setattr(versions, "working_engine", lambda root: Engine("podman"))
    monkeypatch.setattr(versions, "find", lambda: Engine("podman"))
    monkeypatch.setattr(versions, "Deployable", SimpleNamespace(of=of))
    monkeypatch.setattr(versions, "build", build)
    monkeypatch.setattr(versions, "install", install)
    return asked


@dataclass(frozen=True)
class Labelled:
    """A revision that can be deployed."""

    revision: str | None
    label: str = "0123"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout where an engine runs containers once it has settings of ours."""
    dockerfile = tmp_path / DOCKERFILE
    dockerfile.parent.mkdir(parents=True)
    dockerfile.write_text("ARG BASE=python@sha256:00\n")
    monkeypatch.setattr(versions, "find", lambda: Engine("podman"))
    monkeypatch.setattr(base, "pulled", lambda engine, text: text.strip())
    monkeypatch.setattr(
        versions, "fitted", lambda engine, image, folder: Engine(f"{engine.program} {image}", settings=folder)
    )
    return tmp_path


def test_the_engine_has_run_what_the_image_is_built_on(root: Path) -> None:
    """Its command has the environment in which it could."""
    *before, conf, program = working_engine(root).command()
    assert before[0] == "env"
    assert conf == f"CONTAINERS_CONF={root / '.nox' / 'image'}"
    assert program == "podman ARG BASE=python@sha256:00"


def test_containers_are_taken_where_they_can_run(asked: list[object]) -> None:
    """Whether they are wanted or not spoken of; processes where these are wanted."""
    engine = tuple(Engine("podman").command())
    assert choose("auto") == choose("containers") == ContainerRuntime(engine)
    assert choose("processes") == ProcessRuntime()


def test_without_an_engine_there_are_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which it says; where containers are wanted, the engine's error is told."""

    def fails(root: Path) -> Engine:
        raise Failed("No engine can build an image here:\npodman is not installed")

    monkeypatch.setattr(versions, "working_engine", fails)
    assert str(choose("auto")).startswith("processes, since no container can run here")
    with pytest.raises(PlatformError, match="podman is not installed"):
        choose("containers")


def test_versions_of_containers_are_images(asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    """They are called by the revision's label, and one that is given by its name."""
    runtime = ContainerRuntime(ENGINE)
    assert runtime.make("HEAD~1") == runtime.make(None) == Version("0123", "shop:0123")
    assert [each[1] for each in asked] == ["any", "any"]
    assert len({each[2] for each in asked}) == 2
    assert runtime.given("localhost/shop:1") == Version("localhost-shop-1", "localhost/shop:1")
    program = runtime.program(Version("1", "shop:1"))
    assert (program[:3], program[-1]) == (ENGINE, "shop:1")
    assert runtime.starter(tmp_path, {}, ()) == ContainerStarter(ENGINE, tmp_path, {})
    assert str(runtime) == "containers, by podman"


def test_an_image_goes_with_the_rehearsal(tmp_path: Path) -> None:
    """It is ours alone, and large."""
    engine = ("sh", "-c", f'echo "$@" > {tmp_path}/asked', "engine")
    ContainerRuntime(engine).drop(Version("1", "shop:1"))
    assert (tmp_path / "asked").read_text() == "image rm shop:1\n"


def test_versions_of_processes_are_installations(asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    """Folders that are called by the revision's label."""
    runtime = ProcessRuntime()
    assert runtime.make("HEAD~1") == runtime.given("/releases/0123") == Version("0123", "/releases/0123")
    assert runtime.program(runtime.make(None)) == ("/releases/0123/bin/ogrom-api",)
    assert asked == [("HEAD~1",), (None,)]
    assert runtime.starter(tmp_path, {}, ()) == ProcessStarter(tmp_path, {})
    assert str(runtime) == "processes"


def test_a_program_gets_further_settings() -> None:
    """A container also the folder of the modules that Python imports at its start."""
    version, settings = Version("1", "shop:1"), {"PYTHONPATH": "/faults"}
    assert ProcessRuntime().program(version, settings) == (
        "env",
        "PYTHONPATH=/faults",
        "shop:1/bin/ogrom-api",
    )
    program = ContainerRuntime(ENGINE).program(version, settings)
    assert program[-3:] == ("--env=PYTHONPATH=/faults", "--volume=/faults:/faults:ro", "shop:1")


def test_a_version_says_what_it_needs_of_the_database(tmp_path: Path, installed: Path) -> None:
    """By its own program; one that has no such command says nothing."""
    program = tmp_path / "bin" / "ogrom-api"
    program.parent.mkdir()
    program.write_text("""#!/bin/sh
test "$1" = schema && echo '{"expand": "0008", "needs": "0006", "backfills": [], "until": ["0010"], "knows": "0010"}'
""")
    program.chmod(0o755)
    version, before = installation(tmp_path), installation(installed)
    schema = Schema("0008", "0006", until=("0010",), knows="0010")
    assert with_schema(version, ProcessRuntime()).schema == schema
    assert with_schema(before, ProcessRuntime()) == before
