"""What `./dev image` prints."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_tools.git import Repository
from ogrom_tools.image import building, container, engine as engines, schema
from ogrom_tools.image.__main__ import main
from ogrom_tools.image.building import Image
from ogrom_tools.image.container import Times
from ogrom_tools.image.engine import Engine
from ogrom_tools.testing.checkout import commit_all


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout where an image of 284 MB is built and tried in no time."""
    (tmp_path / "a").touch()
    commit_all(tmp_path)
    monkeypatch.setattr(engines, "find", lambda name: Engine(name or "podman"))
    bill = tmp_path.with_suffix(".json")
    bill.write_text("the bill")
    monkeypatch.setattr(building, "build", lambda engine, *_, **__: Image(engine, "shop:1", bill))
    monkeypatch.setattr(container, "measure", lambda image: Times(ready=0.826, stopped=0.5))
    monkeypatch.setattr(Image, "size", 283_777_505)
    monkeypatch.setattr(schema, "read", lambda engine, image: f'{{"of": "{image}"}}')
    return tmp_path


def test_people_read_figures(root: Path) -> None:
    """The image's name, where it is said what the image needs of the database, its size, and how soon it is ready."""
    done = CliRunner().invoke(main, [f"--root={root}"])
    assert done.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert lines.pop("built").startswith("in ")
    assert (root / lines.pop("schema")).read_text() == '{"of": "shop:1"}'
    assert lines == {
        "image": "shop:1, in podman",
        "size": "284 MB",
        "ready": "in 0.83 s",
        "stopped": "in 0.50 s",
    }


def test_machines_read_json(root: Path) -> None:
    """With the full revision, of the engine that was asked for."""
    done = CliRunner().invoke(main, ["HEAD", "--json", "--engine=docker", f"--root={root}"])
    found = json.loads(done.stdout)
    assert (found["seconds"]["ready"], found["bytes"]) == (0.83, 283_777_505)
    assert found["label"] == found["revision"][:12]
    assert (found["engine"], found["revision"]) == ("docker", Repository(root).commit())


def test_who_only_wants_it_built_need_not_wait(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not run, and how long it took to build is told all the same."""
    monkeypatch.setattr(container, "measure", None)
    done = CliRunner().invoke(main, ["--json", "--untried", f"--root={root}"])
    assert done.exit_code == 0
    assert set(json.loads(done.stdout)["seconds"]) == {"built"}


def test_beside_its_file_lies_what_is_in_it(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody has to load it to find out."""
    saved = tmp_path_factory.mktemp("saved") / "image.tar"
    program = saved.with_name("podman")
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(engines, "find", lambda _: Engine(str(program)))
    done = CliRunner().invoke(main, [f"--save={saved}", f"--root={root}"])
    assert saved.with_name("image.cdx.json").read_text() == "the bill", done.output
