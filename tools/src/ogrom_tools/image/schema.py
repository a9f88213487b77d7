"""What an image says of the database: which of its phases the service in it serves."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom_tools.image.building import FOLDER
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.image.engine import Engine

LABEL = "org.ogrom.schema"
"""The label that names the file which says it."""

NOTHING = "{}"
"""What an image says that has no such label, since it was built before there was one."""


def read(engine: Engine, image: str) -> str:
    """What an image says, as the JSON that its `ogrom-api schema` printed when it was built. Nothing of it is run.

    Args:
        engine: which has the image.
        image: its name.

    Raises:
        Failed: the image is not on this machine, or has not the file that its label names.
    """
    labels = json.loads(engine("image", "inspect", "--format={{json .Config.Labels}}", image)) or {}
    if LABEL not in labels:
        return NOTHING
    container = engine("create", image)
    try:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "schema.json"
            engine("cp", f"{container}:{labels[LABEL]}", str(file))
            return file.read_text(encoding="utf-8")
    finally:
        engine("rm", container)


def write(deployable: Deployable, engine: Engine, image: str) -> Path:
    """A file with what the image of a revision says, for `./dev deploy --schema`.

    Raises:
        Failed: as `read`.
    """
    file = deployable.workspace.root / FOLDER / f"{deployable.label}.schema.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(read(engine, image), encoding="utf-8")
    return file
