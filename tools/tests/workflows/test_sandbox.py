"""The workflows of .github, run on a small repository whose `./dev` is the real one's, but for what takes minutes."""

import shutil
import sys
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT
from ogrom_tools.testing.checkout import commit_all
from ogrom_tools.workflows.__main__ import SCENARIOS
from ogrom_tools.workflows.sandbox import Sandbox

pytestmark = pytest.mark.slow

DEV = f"""\
#!/bin/sh
name=$1
shift
case "$name" in
    affected) echo 'projects=["core", "protocols"]' >>"$GITHUB_OUTPUT"; echo any=true >>"$GITHUB_OUTPUT" ;;
    gate) exec {sys.executable} -c 'import os, ogrom_tools.workflows.gate as g; g.check(os.environ["NEEDS"])' ;;
    index | publish) exec {sys.executable} -m "ogrom_tools.$name" "$@" --root . ;;
    pin) sed -i s/core==1.0.0/core==1.1.0/ services/shop/pyproject.toml && git commit --quiet --all --message=Pin ;;
    test) test ! -e "libs/$1/tests/test_red.py" ;;
    lint | types | wheels | verify | rehearse) ;;
    *) echo "$name is no session" >&2; exit 2 ;;
esac
"""


@pytest.fixture
def stage(train: Path, tmp_path: Path) -> Sandbox:
    """Its service pins core 1.0.0, and core 1.1.0 is what the index lacks."""
    shutil.copytree(ROOT / ".github", train / ".github")
    (train / "dev").write_text(DEV)
    (train / "dev").chmod(0o755)
    commit_all(train, "Add the workflows")
    folder = tmp_path / "stage"
    folder.mkdir()
    return Sandbox.made(folder, train)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_workflows_do_what_they_are_for(stage: Sandbox, name: str) -> None:
    """On what they are for, and on what they are to stop."""
    assert list(SCENARIOS[name](stage)) == []
