"""The wheels of others for the image's Python, whatever Python is here: chosen by hash, downloaded once."""

import hashlib
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement

from ogrom_tools.command import WORKBENCH, run
from ogrom_tools.image.base import PYTHON
from ogrom_tools.requirements import Pin

GLIBC = 41
"""The minor version of the C library in Debian 13, on which both bases stand."""

HASH = re.compile(r"--hash=(\S+)")


def for_image(pins: Iterable[Pin]) -> Sequence[Pin]:
    """Of pins for every machine those that the image needs, without their conditions."""
    return tuple(_unconditional(pin) for pin in pins if _applies(pin))


def download(pins: Iterable[Pin], folder: Path) -> Sequence[Path]:
    """The wheels of these pins, from the index that pip is set to use, or from an earlier time.

    Args:
        pins: with their hashes.
        folder: where they are kept, in a folder of their own for each list of pins.

    Raises:
        Failed: there is none for the image, or it has another hash.
    """
    text = "\n".join(pin.text for pin in pins) + "\n"
    tags = _platforms(platform.machine())
    kept = folder / hashlib.sha256("\n".join((PYTHON, text, *tags)).encode()).hexdigest()[:12]
    if not kept.exists():
        new = kept.with_suffix(".new")
        new.mkdir(parents=True, exist_ok=True)
        list_ = new / "requirements.txt"
        list_.write_text(text, encoding="utf-8")
        options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
        target = ("--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}", *tags)
        pip = (str(WORKBENCH / "bin" / "python"), "-m", "pip", "download")
        run(*pip, *options, *target, f"--requirement={list_}", f"--dest={new}")
        new.rename(kept)
    return sorted(kept.glob("*.whl"))


def _applies(pin: Pin) -> bool:
    marker = _requirement(pin).marker
    return marker is None or marker.evaluate(_machine())


def _unconditional(pin: Pin) -> Pin:
    name = str(_requirement(pin)).partition(";")[0].strip()
    hashes = (f"    --hash={found}" for found in HASH.findall(pin.text))
    return Pin(pin.name, pin.version, " \\\n".join((name, *hashes)))


def _requirement(pin: Pin) -> Requirement:
    return Requirement(pin.text.partition("--hash=")[0].rstrip(" \\\n"))


def _machine() -> dict[str, str]:
    """What the image's Python says of itself, where this one says something else."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{PYTHON}.5",
        "os_name": "posix",
        "platform_machine": platform.machine(),
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{PYTHON}.5",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }


def _platforms(machine: str) -> Sequence[str]:
    """The options that name what fits the image (PEP 600), the newest first."""
    arch = {"arm64": "aarch64"}.get(machine, machine)
    return tuple(f"--platform={tag}_{arch}" for tag in (*_manylinux(), "manylinux2014", "linux"))


def _manylinux() -> Iterator[str]:
    for minor in range(GLIBC, 16, -1):
        yield f"manylinux_2_{minor}"
