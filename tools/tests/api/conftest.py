from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

WriteWheel = Callable[..., Path]


@pytest.fixture
def write_wheel(tmp_path: Path) -> WriteWheel:
    """Writes a wheel of ogrom-thing or another name, from the lines of its METADATA and its files."""

    def write(
        version: str, *lines: str, files: Mapping[str, str] | None = None, name: str = "ogrom_thing"
    ) -> Path:
        path = tmp_path / f"{name}-{version}-py3-none-any.whl"
        information = f"{name}-{version}.dist-info"
        head = ("Metadata-Version: 2.4", f"Name: {name.replace('_', '-')}", f"Version: {version}")
        with ZipFile(path, "w") as wheel:
            wheel.writestr("ogrom/thing/__init__.py", "")
            wheel.writestr(f"{information}/METADATA", "\n".join([*head, *lines]) + "\n")
            wheel.writestr(
                f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{information}/RECORD", f"of {version}\n")
            for file, text in (files or {}).items():
                wheel.writestr(file.replace("INFO", information), text)
        return path

    return write
