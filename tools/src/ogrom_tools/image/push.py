"""`./dev push`: pushes the image of a revision to ECR, once; what a label means there never changes."""

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3
import click

from ogrom_tools.command import Failed, run
from ogrom_tools.contracts.named import named
from ogrom_tools.github import write_outputs
from ogrom_tools.image import building, engine as engines, schema
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.image.engine import Engine
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, discover

ADDRESS = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?)/(?P<name>[a-z0-9._/-]+)"
)


@dataclass(frozen=True)
class Registry:
    """A repository in ECR.

    Attributes:
        client: boto3's.
        host: the registry's.
        account: whose it is.
        name: the repository's.
    """

    client: Any
    host: str
    account: str
    name: str

    @classmethod
    def at(cls, address: str) -> Self:
        """The repository at this address, which is the output `Images` of the stack.

        Raises:
            Failed: this is not such an address.
        """
        found = ADDRESS.fullmatch(address)
        if found is None:
            raise Failed(
                f"push: {address!r} is not a repository in ECR, such as "
                "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom"
            )
        client = boto3.client("ecr", region_name=found["region"])
        return cls(client, found["host"], found["account"], found["name"])

    def digest(self, label: str) -> str:
        """The digest of the image with that label; empty if there is none."""
        try:
            found = self.client.describe_images(
                registryId=self.account, repositoryName=self.name, imageIds=[{"imageTag": label}]
            )
        except self.client.exceptions.ImageNotFoundException:
            return ""
        return str(found["imageDetails"][0]["imageDigest"])

    def password(self) -> str:
        """The password for an engine's login, good for twelve hours."""
        [token] = self.client.get_authorization_token()["authorizationData"]
        return base64.b64decode(token["authorizationToken"]).decode().partition(":")[2]


def push(registry: Registry, engine: Engine, image: str, label: str) -> str:
    """Push an image under its label, unless one is there, and return its name with the digest.

    Args:
        registry: where to.
        engine: which has the image.
        image: its name on this machine.
        label: its tag in the registry.

    Raises:
        Failed: the image is not on this machine, or the push failed.
    """
    if not (digest := registry.digest(label)):
        if not engine.has(image):
            raise Failed(f"push: {engine.program} has no {image} here. Build it first: ./dev image")
        there = f"{registry.host}/{registry.name}:{label}"
        login = ("login", "--username=AWS", "--password-stdin", registry.host)
        run(*engine.command(*login), text=registry.password())
        try:
            say(f"Pushing {there} ...")
            engine("tag", image, there)
            engine("push", there)
        finally:
            engine("logout", registry.host)
        digest = registry.digest(label)
    if not digest:
        raise Failed(f"push: ECR has no image {label}, although {engine.program} pushed it.")
    return f"{registry.host}/{registry.name}@{digest}"


def contract_of(deployable: Deployable) -> Path:
    """A file with the contract of a revision, for `./dev deploy --contract`.

    Raises:
        Failed: none was kept there.
    """
    workspace = deployable.workspace
    file = workspace.root / building.FOLDER / f"{deployable.label}.contract.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(named(workspace, deployable.commit)), encoding="utf-8")
    return file


@click.command()
@click.argument("revision", required=False)
@click.option("--to", "address", envvar="OGROM_IMAGES", required=True, help="The repository in ECR.")
@click.option("--load", type=click.Path(path_type=Path), help="The file that `./dev image --save` wrote.")
@click.option("--engine", type=click.Choice(engines.PROGRAMS), help="By default the first that works.")
@click.option(
    "--github",
    is_flag=True,
    help="Add `label`, `artefact`, `contract`, `schema`, `repository`, `digest` to a GitHub step's outputs.",
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    revision: str | None, address: str, load: Path | None, engine: str | None, *, github: bool, root: Path
) -> None:
    """Push the image of the work tree or of a git REVISION to ECR, and print its name with the digest.

    OGROM_IMAGES says where, unless --to does. Pushing again does nothing.
    """
    deployable = Deployable.of(discover(root), revision)
    if deployable.is_dirty:
        raise Failed(
            "push: the work tree has changes, so nobody could tell later what was deployed. Commit them first."
        )
    registry, image = Registry.at(address), f"{building.NAME}:{deployable.label}"
    found = engines.find(engine)
    if load:
        found("load", f"--input={load}")
    artefact = push(registry, found, image, deployable.label)
    if github:
        repository, _, digest = artefact.partition("@")
        write_outputs(
            label=deployable.label,
            artefact=artefact,
            contract=str(contract_of(deployable)),
            schema=str(schema.write(deployable, found, image)),
            repository=repository,
            digest=digest,
        )
    print(artefact)


if __name__ == "__main__":
    main(prog_name="./dev push")
