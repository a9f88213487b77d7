"""What an image says of the database, read by an engine that a shell script plays; test_image.py has a real one."""

from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.image.engine import Engine
from ogrom_tools.image.schema import read

SCRIPT = """\
#!/bin/sh
echo "$1" >>{log}
case "$*" in
"image inspect "*) echo '{labels}' ;;
"create shop:1") echo id ;;
"cp id:/there.json "*) {copy} ;;
"rm id") ;;
*) echo "unexpected: $*"; exit 1 ;;
esac
"""
SAYS = '{"expand": "0006"}'


def engine(folder: Path, labels: str, copy: str = f"echo '{SAYS}' >\"$3\"") -> Engine:
    """One whose image has these labels."""
    program = folder / "engine"
    program.write_text(SCRIPT.format(log=folder / "log", labels=labels, copy=copy))
    program.chmod(0o755)
    return Engine(str(program))


def test_it_is_in_the_file_that_a_label_names(tmp_path: Path) -> None:
    """Copied out of a container that is never started, and gone after it."""
    assert read(engine(tmp_path, '{"org.ogrom.schema": "/there.json"}'), "shop:1").strip() == SAYS
    assert (tmp_path / "log").read_text().split() == ["image", "create", "cp", "rm"]


@pytest.mark.parametrize("labels", ["null", '{"org.opencontainers.image.title": "shop"}'])
def test_an_image_of_before_says_nothing(tmp_path: Path, labels: str) -> None:
    """It has no such label."""
    assert read(engine(tmp_path, labels), "shop:1") == "{}"


def test_an_image_that_lacks_what_it_names_is_no_image_of_before(tmp_path: Path) -> None:
    """The container is gone all the same."""
    lacking = engine(tmp_path, '{"org.ogrom.schema": "/there.json"}', "echo 'no such file'; exit 1")
    with pytest.raises(Failed, match="no such file"):
        read(lacking, "shop:1")
    assert (tmp_path / "log").read_text().split()[-1] == "rm"
