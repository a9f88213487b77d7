"""Tells in which way a container runs on this machine: `python -m ogrom_tools.image.way`."""

import json
from pathlib import Path

import click

from ogrom_tools.environment import locked
from ogrom_tools.image import base
from ogrom_tools.image.building import DOCKERFILE, FOLDER
from ogrom_tools.image.engine import find, fitted
from ogrom_tools.projects import ROOT


@click.command()
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(root: Path) -> None:
    """Print the engine's whole command as JSON, once it has built and run something small."""
    engine, folder = find(), root / FOLDER
    with locked(folder / ".lock"):
        image = base.get("any", engine, (root / DOCKERFILE).read_text(encoding="utf-8"), folder)
        print(json.dumps(fitted(engine, image, folder).command()))


if __name__ == "__main__":
    main(prog_name="python -m ogrom_tools.image.way")
