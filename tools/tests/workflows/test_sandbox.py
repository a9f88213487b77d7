"""The workflows of .github, run on a small repository whose `./dev` is the real one's, but for what takes minutes."""

import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from ogrom_deploy import history
from ogrom_deploy.schema import Schema
from ogrom_deploy.stores import FolderStore
from ogrom_tools.projects import ROOT
from ogrom_tools.testing.checkout import commit_all
from ogrom_tools.workflows.__main__ import SCENARIOS
from ogrom_tools.workflows.sandbox import Sandbox

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
DEV = f"""\
#!/bin/sh
name=$1
shift
case "$name" in
    deploy) cd "$STAGE_FOLDER" && exec {BIN}/ogrom-deploy --platform memory "$@" ;;
    image) echo "of $(git rev-parse HEAD)" >"$2" ;;
    push) {{ sed s/^of/label=/ "$2" | tr -d " "; cat "$STAGE_FOLDER/outputs"; }} >>"$GITHUB_OUTPUT" ;;
    summary) exec {sys.executable} -m ogrom_tools.github --dev "$PWD/dev" "$@" ;;
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


SERVES = Schema(expand="0006", needs="0005", knows="0006")


def test_what_a_push_deploys_says_which_phases_of_the_database_it_serves(stage: Sandbox) -> None:
    """And what its contract with clients is: the image is built in one job, and deployed in another one."""
    schema, contract = stage.folder / "schema.json", stage.folder / "contract.json"
    schema.write_bytes(msgspec.json.encode(SERVES))
    contract.write_text('{"info": {"version": "1.0.0"}, "paths": {}}')
    (stage.folder / "outputs").write_text(
        f"artefact=shop@sha256:00\nrepository=shop\ndigest=sha256:00\ncontract={contract}\nschema={schema}\n"
    )
    run = stage.run("deploy.yml", "--var=OGROM_DEPLOYS=yes", event="workflow_call")
    assert run.jobs == {"rehearse": True, "build": True, "deploy": True}, run.output
    (record,) = history.acts(history.newest(FolderStore(stage.folder / ".ogrom" / "deploy-memory" / "store")))
    assert (record.outcome, record.version.label) == ("done", stage.author.commit())
    assert (record.version.artefact, record.version.schema) == ("shop@sha256:00", SERVES)
    assert record.phase == "0006"
    assert "contract" in "".join(FolderStore(stage.folder / ".ogrom" / "deploy-memory" / "store").names(""))
