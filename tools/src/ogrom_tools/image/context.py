"""The folder that the image is built from: wheels, what to install of them, the pip that does, and the bill of it."""

import os
import shutil
from pathlib import Path

from ogrom_tools.deployable import Deployable, Parts
from ogrom_tools.image.bill import FILE, bill
from ogrom_tools.image.wheels import download, for_image
from ogrom_tools.requirements import parse

INSTALLER = "tools/requirements/image.txt"
"""What installs the wheels: its place in the repository."""


def prepare(deployable: Deployable, folder: Path, kept: Path) -> Parts:
    """Fill a folder with all that the image is built from, and nothing else: no source, no address of an index.

    Args:
        deployable: what goes into the image.
        folder: which is made anew.
        kept: where wheels of others are kept from one time to the next.

    Returns:
        What is in it.

    Raises:
        Failed: something cannot be built or downloaded.
    """
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    parts = deployable.assemble(wheels)
    wanted = for_image(parts.pins)
    others = download((pin for pin in wanted if not pin.is_ours), kept)
    ours = (wheel for wheel in parts.wheels.values() if wheel.parent != wheels)
    for wheel in (*others, *ours):
        _link(wheel, wheels / wheel.name)
    text = "\n".join(pin.text for pin in wanted) + "\n"
    (folder / "requirements.txt").write_text(text, encoding="utf-8")
    name = parts.pins[-1].name
    told = bill(name, parts.version, wheels.glob("*.whl"), deployable.epoch)
    (folder / FILE).write_text(told, encoding="utf-8")
    # By one name, whatever its version: a wheel can be imported from as it is.
    installer = deployable.repository.show(deployable.tree, INSTALLER)
    (pip,) = download(for_image(parse(installer)), kept)
    _link(pip, folder / "pip.whl")
    return parts


def _link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the file system knows none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
