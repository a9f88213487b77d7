"""What the tests of the rehearsal share."""

import sys
from pathlib import Path

import pytest

STANDIN = Path(__file__).with_name("standin.py")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation whose program is the stand-in."""
    folder = tmp_path_factory.mktemp("installed")
    program = folder / "bin" / "ogrom-api"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{STANDIN.read_text()}")
    program.chmod(0o755)
    return folder
