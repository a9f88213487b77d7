"""`./dev image`."""

import json
import shutil
import time
from pathlib import Path

import click

from ogrom_tools.image import base as bases, building, container, engine as engines, schema
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, discover


@click.command()
@click.argument("revision", required=False)
@click.option(
    "--base",
    type=click.Choice(["python", "debian", "any"]),
    default="python",
    show_default=True,
    help="What to build on: Python's own image from a registry, Debian's packages, or whichever is available.",
)
@click.option("--engine", type=click.Choice(engines.PROGRAMS), help="By default the first that works.")
@click.option("--tag", default="", help="The image's name; by default our name and the revision's label.")
@click.option("--source", default="", help="The repository's web address; by default that of `origin`.")
@click.option("--untried", is_flag=True, help="Do not run it to measure how soon it is ready.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help="Also write it to this file, for `./dev push --load`, and its bill of materials to FILE.cdx.json.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    revision: str | None,
    base: bases.Choice,
    engine: str | None,
    tag: str,
    source: str,
    *,
    untried: bool,
    save: Path | None,
    as_json: bool,
    root: Path,
) -> None:
    """Build the image of the work tree or of a git REVISION; print its size, and how soon it is ready.

    The file `schema` says which phases of the database it serves, for `./dev deploy --schema`.
    """
    start = time.perf_counter()
    deployable = Deployable.of(discover(root), revision)
    found = engines.find(engine)
    image = building.build(found, deployable, base=base, tag=tag, source=source)
    built = time.perf_counter() - start
    serves = schema.write(deployable, image.engine, image.name)
    seconds = {"built": round(built, 1)}
    if not untried:
        say("Starting it and stopping it again ...")
        times = container.measure(image)
        seconds |= {"ready": round(times.ready, 2), "stopped": round(times.stopped, 2)}
    if save:
        say(f"Writing {save} ...")
        image.engine("save", f"--output={save}", image.name)
        shutil.copyfile(image.sbom, save.with_suffix(".cdx.json"))
    if as_json:
        about = {
            "image": image.name,
            "engine": image.engine.program,
            "label": deployable.label,
            "revision": deployable.revision,
            "schema": str(serves),
        }
        print(json.dumps({**about, "bytes": image.size, "seconds": seconds}, indent=2))
        return
    print(f"image    {image.name}, in {image.engine.program}")
    print(f"schema   {serves.relative_to(deployable.workspace.root)}")
    print(f"size     {image.size / 1e6:.0f} MB")
    for name, value in seconds.items():
        print(f"{name:8} in {value:.2f} s")


if __name__ == "__main__":
    main(prog_name="./dev image")
