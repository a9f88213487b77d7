from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

WriteWheel = Callable[..., Path]


@pytest.fixture
def write_wheel(tmp_path: Path) -> WriteWheel:
    """Writes a wheel of ogrom-thing, from the lines of its METADATA and its files."""

    def write(version: str, *lines: str, files: Mapping[str, str] | None = None) -> Path:
        path = tmp_path / f"ogrom_thing-{version}-py3-none-any.whl"
        information = f"ogrom_thing-{version}.dist-info"
        head = ("Metadata-Version: 2.4", "Name: ogrom-thing", f"Version: {version}")
        with ZipFile(path, "w") as wheel:
            wheel.writestr("ogrom/thing/__init__.py", "")
            wheel.writestr(f"{information}/METADATA", "\n".join([*head, *lines]) + "\n")
            wheel.writestr(f"{information}/RECORD", f"of {version}\n")
            for name, text in (files or {}).items():
                wheel.writestr(name.replace("INFO", information), text)
        return path

    return write
