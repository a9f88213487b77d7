"""Builds the image of a revision, the same bytes each time, from wheels that are checked by their hashes."""

import datetime as dt
import hashlib
import os
import platform
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from ogrom_tools.command import WORKBENCH, Failed, run
from ogrom_tools.environment import locked
from ogrom_tools.git import Repository
from ogrom_tools.image import base as bases
from ogrom_tools.image.base import PYTHON
from ogrom_tools.image.deployable import Deployable, ServiceBundle
from ogrom_tools.image.engine import Engine, fitted
from ogrom_tools.image.sbom import FILE, sbom
from ogrom_tools.progress import say
from ogrom_tools.requirements import Pin, parse

DOCKERFILE = "deploy/beanstalk/Dockerfile"
"""Its path in the repository."""

FOLDER = Path(".nox", "image")
"""Where a checkout keeps what the image is built from."""

NAME = "localhost/ogrom-api-run"

INSTALLER = "tools/requirements/image.txt"
"""The pinned pip that installs the wheels in the image; its path in the repository."""

GLIBC = 41
"""The minor version of the C library in Debian 13, which both bases use."""

HASH = re.compile(r"--hash=(\S+)")


@dataclass(frozen=True)
class Image:
    """An image on this machine."""

    engine: Engine
    name: str
    """With its tag."""
    sbom: Path
    """The CycloneDX bill of materials of what is installed in it."""

    @property
    def size(self) -> int:
        """In bytes, the base's layers included."""
        return int(self.engine("image", "inspect", "--format={{.Size}}", self.name))


def build(
    engine: Engine,
    deployable: Deployable,
    *,
    base: bases.Choice = "python",
    tag: str = "",
    source: str = "",
) -> Image:
    """Build the image of a revision with the revision's own Dockerfile.

    Args:
        engine: from `engine.find`.
        deployable: the revision.
        base: what to build on; Debian's packages need no registry.
        tag: the image's name; by default our name and the revision's label.
        source: the web address of the repository; by default that of the remote `origin`.

    Raises:
        Failed: something is missing or cannot be built; the text says what to do.
    """
    folder = deployable.workspace.root / FOLDER
    name = tag or f"{NAME}:{deployable.label}"
    with locked(folder / ".lock"):
        return _build(engine, deployable, base, folder, name, source)


def _build(
    engine: Engine, deployable: Deployable, base: bases.Choice, folder: Path, name: str, source: str
) -> Image:
    files, dockerfile = folder / deployable.label, folder / f"{deployable.label}.Dockerfile"
    text = deployable.repository.show(deployable.tree, DOCKERFILE)
    dockerfile.write_text(text, encoding="utf-8")
    found = bases.get(base, engine, text, folder)
    say(f"Checking how {engine.program} can run a container here ...")
    fit = fitted(engine, found, folder)
    say("Getting the wheels ...")
    bundle = prepare(deployable, files, folder / "wheels")
    arguments = {
        "BASE": found,
        "CREATED": dt.datetime.fromtimestamp(deployable.epoch, dt.UTC).isoformat(),
        "RELEASE": deployable.label,
        "REVISION": deployable.revision,
        "SOURCE": source or web_address(deployable.repository),
        "SOURCE_DATE_EPOCH": str(deployable.epoch),
        "VERSION": bundle.version,
    }
    options = [f"--build-arg={key}={value}" for key, value in arguments.items()]
    # No cached layers: podman would take those with another revision's labels.
    if fit.program == "podman":
        # OCI's own format has no HEALTHCHECK. Docker's builder takes the time from SOURCE_DATE_EPOCH.
        options += ["--layers=false", "--format=docker", f"--timestamp={deployable.epoch}"]
    else:
        options += ["--no-cache"]
    say(f"Building {name} ...")
    fit("build", "--network=none", f"--file={dockerfile}", f"--tag={name}", *options, str(files))
    return Image(fit, name, files / FILE)


def web_address(repository: Repository) -> str:
    """The web address of the remote `origin`, without user and password; "" if it is not a web address."""
    try:
        remote = repository("remote", "get-url", "origin")
    except Failed:
        return ""
    remote = re.sub(r"^git@([^:/]+):", r"https://\1/", remote)
    parts = urlsplit(remote.removesuffix(".git"))
    return f"https://{parts.hostname}{parts.path}" if parts.scheme in {"http", "https"} else ""


def prepare(deployable: Deployable, folder: Path, kept: Path) -> ServiceBundle:
    """Fill the folder that the image is built from: wheels, requirements, pip and the bill of materials.

    It holds no source and no address of an index.

    Args:
        deployable: what goes into the image.
        folder: is emptied first.
        kept: where downloaded wheels are kept for the next build.

    Raises:
        Failed: something cannot be built or downloaded.
    """
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    bundle = deployable.assemble(wheels)
    wanted = for_image(bundle.pins)
    others = download((pin for pin in wanted if not pin.is_ours), kept)
    ours = (wheel for wheel in bundle.wheels.values() if wheel.parent != wheels)
    for wheel in (*others, *ours):
        _link(wheel, wheels / wheel.name)
    text = "\n".join(pin.text for pin in wanted) + "\n"
    (folder / "requirements.txt").write_text(text, encoding="utf-8")
    bill = sbom(bundle.pins[-1].name, bundle.version, wheels.glob("*.whl"), deployable.epoch)
    (folder / FILE).write_text(bill, encoding="utf-8")
    # The same name whatever its version, as the Dockerfile imports pip from the wheel.
    installer = deployable.repository.show(deployable.tree, INSTALLER)
    (pip,) = download(for_image(parse(installer)), kept)
    _link(pip, folder / "pip.whl")
    return bundle


def _link(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def for_image(pins: Iterable[Pin]) -> Sequence[Pin]:
    """The pins that apply to the image, without their environment markers."""
    return tuple(_without_marker(pin) for pin in pins if _applies(pin))


def download(pins: Iterable[Pin], folder: Path) -> Sequence[Path]:
    """The wheels of these pins for the image's Python, from the index that pip is set to use.

    Args:
        pins: with their hashes.
        folder: where they are kept, in a folder for each list of pins.

    Raises:
        Failed: there is no wheel for the image, or its hash differs.
    """
    text = "\n".join(pin.text for pin in pins) + "\n"
    tags = _platforms(platform.machine())
    kept = folder / hashlib.sha256("\n".join((PYTHON, text, *tags)).encode()).hexdigest()[:12]
    if not kept.exists():
        new = kept.with_suffix(".new")
        new.mkdir(parents=True, exist_ok=True)
        listed = new / "requirements.txt"
        listed.write_text(text, encoding="utf-8")
        options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
        target = ("--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}", *tags)
        pip = (str(WORKBENCH / "bin" / "python"), "-m", "pip", "download")
        run(*pip, *options, *target, f"--requirement={listed}", f"--dest={new}")
        new.rename(kept)
    return sorted(kept.glob("*.whl"))


def _applies(pin: Pin) -> bool:
    marker = _requirement(pin).marker
    return marker is None or marker.evaluate(_marker_environment())


def _without_marker(pin: Pin) -> Pin:
    name = str(_requirement(pin)).partition(";")[0].strip()
    hashes = (f"    --hash={found}" for found in HASH.findall(pin.text))
    return Pin(pin.name, pin.version, " \\\n".join((name, *hashes)))


def _requirement(pin: Pin) -> Requirement:
    return Requirement(pin.text.partition("--hash=")[0].rstrip(" \\\n"))


def _marker_environment() -> dict[str, str]:
    """The marker variables (PEP 508) of the image's Python."""
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
    """Pip's options for the platforms that run in the image (PEP 600), the newest first."""
    arch = {"arm64": "aarch64"}.get(machine, machine)
    manylinux = (f"manylinux_2_{minor}" for minor in range(GLIBC, 16, -1))
    return tuple(f"--platform={tag}_{arch}" for tag in (*manylinux, "manylinux2014", "linux"))
