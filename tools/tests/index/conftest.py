import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.ledger import Release
from ogrom_tools.wheelhouse import Wheel

MakeWheel = Callable[..., Path]
MakeRelease = Callable[..., Release]

HASH = hashlib.sha256


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    """Writes a wheel of ogrom-tea or another project; the same arguments make the same bytes."""

    def make(version: str = "1.0.0", *requires: str, project: str = "tea", body: str = "") -> Path:
        name = f"ogrom_{project}-{version}"
        metadata = (
            f"Metadata-Version: 2.4\nName: ogrom-{project}\nVersion: {version}\nRequires-Python: >=3.9\n"
        )
        files = {
            f"ogrom_{project}.py": f"VERSION = {version!r}\n{body}",
            f"{name}.dist-info/METADATA": metadata + "".join(f"Requires-Dist: {each}\n" for each in requires),
            f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{file},,\n" for file in (*files, f"{name}.dist-info/RECORD"))
        files[f"{name}.dist-info/RECORD"] = record
        folder = tmp_path / "wheels" / HASH(body.encode()).hexdigest()[:8]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in files.items():
                archive.writestr(zipfile.ZipInfo(file, (2026, 1, 1, 0, 0, 0)), text)
        return path

    return make


@pytest.fixture
def make_release() -> MakeRelease:
    """What the ledger would say of a wheel."""

    def make(path: Path, *, yanked: str = "") -> Release:
        wheel = Wheel.read(path)
        return Release(
            project=wheel.metadata.name.removeprefix("ogrom-"),
            version=str(wheel.metadata.version),
            tree="1" * 40,
            commit="2" * 40,
            epoch=1_800_000_000,
            tool="poetry-core==2.5.0",
            artefact=path.name,
            sha256=wheel.sha256,
            record_sha256=wheel.record_sha256,
            date="2026-11-25",
            yanked=yanked,
        )

    return make
