"""Pushing an image: a real boto3 client against moto's ECR, and a program that stands in for the engine."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from ogrom_tools.command import Failed
from ogrom_tools.contracts.history import Contracts
from ogrom_tools.image import engine as engines, schema
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.image.engine import Engine
from ogrom_tools.image.push import Registry, contract_of, main, push
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.testing.checkout import commit_all

ADDRESS = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom"
MANIFEST = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """An empty repository, whose labels are for ever."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    with mock_aws():
        client = boto3.client("ecr", region_name="eu-central-1")
        client.create_repository(repositoryName="ogrom", imageTagMutability="IMMUTABLE")
        yield Registry.at(ADDRESS)


@dataclass(frozen=True)
class Podman(Engine):
    """An engine with an image; a push of it comes to moto's ECR."""

    program: str = "podman"
    registry: Registry | None = None
    arrives: bool = True
    log: Path = Path()
    done: list[str] = field(default_factory=list)
    here: list[str] = field(default_factory=lambda: ["image:label"])

    def __call__(self, *arguments: str) -> str:
        self.done.append(" ".join(arguments))
        if arguments[:2] == ("image", "inspect") and arguments[-1] not in self.here:
            raise Failed("no such image")
        if arguments[0] == "push" and self.arrives:
            assert self.registry is not None
            self.registry.client.put_image(
                repositoryName="ogrom",
                imageTag=arguments[1].rpartition(":")[2],
                imageManifest=json.dumps({**MANIFEST, "annotations": {"tag": arguments[1]}}),
            )
        return ""

    def command(self, *arguments: str) -> Sequence[str]:
        """Only the login is run as a program, since it reads a password."""
        return ("sh", "-c", 'echo "$@" >"$0"; cat >>"$0"', str(self.log), *arguments)


@pytest.fixture
def podman(registry: Registry, tmp_path: Path) -> Podman:
    return Podman(registry=registry, log=tmp_path / "login")


HOST = ADDRESS.partition("/")[0]


def test_an_image_is_pushed_under_its_label_and_named_by_its_digest(
    registry: Registry, podman: Podman
) -> None:
    """The engine logs in by standard input, where no list of processes shows the password, and out again."""
    name = push(registry, podman, "image:label", "abc")
    assert name == f"{ADDRESS}@{registry.digest('abc')}"
    assert podman.done == [
        "image inspect image:label",
        f"tag image:label {ADDRESS}:abc",
        f"push {ADDRESS}:abc",
        f"logout {HOST}",
    ]
    assert podman.log.read_text().splitlines() == [
        f"login --username=AWS --password-stdin {HOST}",
        registry.password(),
    ]


def test_what_is_there_is_not_pushed_again(registry: Registry, podman: Podman) -> None:
    """A label means one image, also where another build has other bytes."""
    first = push(registry, podman, "image:label", "abc")
    podman.done.clear()
    assert push(registry, podman, "image:label", "abc") == first
    assert podman.done == []


def test_an_image_that_is_not_here(registry: Registry, podman: Podman) -> None:
    """It says how to build it, and has not logged in."""
    with pytest.raises(Failed, match=r"podman has no image:other here\. Build it first: \./dev image"):
        push(registry, podman, "image:other", "abc")
    assert not podman.log.exists()


def test_a_push_that_did_not_arrive_is_a_failure(registry: Registry, podman: Podman) -> None:
    """The registry has the last word."""
    silent = Podman(registry=registry, log=podman.log, arrives=False)
    with pytest.raises(Failed, match="ECR has no image abc"):
        push(registry, silent, "image:label", "abc")
    assert silent.done[-1] == f"logout {HOST}"


@pytest.mark.parametrize(
    "address", ["ogrom", "docker.io/library/ogrom", f"https://{ADDRESS}", f"{ADDRESS}:tag"]
)
def test_only_a_repository_of_ecr_is_one(address: str) -> None:
    """And it says how one looks."""
    with pytest.raises(Failed, match="is not a repository in ECR, such as 123456789012"):
        Registry.at(address)


def test_the_contract_goes_with_the_image() -> None:
    """That of the revision, in a file that the deploy program reads."""
    file = contract_of(Deployable.of(discover(ROOT), "HEAD"))
    current = Contracts.read(ROOT).current
    assert current
    assert json.loads(file.read_text(encoding="utf-8"))["info"]["version"] == current.version


def test_the_workflow_gets_all_that_it_asks_for(
    podman: Podman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among it what the image says of the database."""
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    commit_all(tmp_path)
    label = Deployable.of(discover(tmp_path)).label
    monkeypatch.setattr(engines, "find", lambda _: podman)
    monkeypatch.setattr("ogrom_tools.image.push.contract_of", lambda _: Path("contract.json"))
    monkeypatch.setattr(schema, "read", lambda engine, image: f"of {image}")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    podman.here.append(f"localhost/ogrom-api-run:{label}")
    done = CliRunner().invoke(main, ["--to", ADDRESS, "--github", "--root", str(tmp_path)])
    assert done.exit_code == 0, done.output
    told = dict(line.split("=", 1) for line in (tmp_path / "outputs").read_text().splitlines())
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    assert told.keys() == set(re.findall(r"steps\.push\.outputs\.(\w+)", workflow))
    assert Path(told["schema"]).read_text() == f"of localhost/ogrom-api-run:{label}"


def test_a_tree_with_changes_is_not_pushed(tmp_path: Path) -> None:
    """Nobody could tell again what ran."""
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm a"):
        subprocess.run([shutil.which("git") or "git", *command.split()], cwd=tmp_path, check=True)
    (tmp_path / "pyproject.toml").write_text("# changed", encoding="utf-8")
    done = CliRunner().invoke(main, ["--to", ADDRESS, "--root", str(tmp_path)])
    assert "the work tree has changes" in str(done.exception) + done.output
