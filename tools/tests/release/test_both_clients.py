"""Both clients, installed from the index as people install them, do everything with a service."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.index import bring_up, in_folder, serving
from ogrom_tools.ledger import Ledger
from ogrom_tools.npm.node import node, npm
from ogrom_tools.pins import clients
from ogrom_tools.projects import ROOT, discover, semver
from ogrom_tools.wheelhouse import Wheelhouse

NODE = """
import { everything } from "./everything.ts";

const { OGROM_URL, OGROM_TOKEN } = process.env;
await everything(OGROM_URL, OGROM_TOKEN, 1); // or it throws
"""


@pytest.mark.slow
def test_both_clients_are_installed_from_the_index_and_do_everything(tmp_path: Path) -> None:
    """By pip and npm, where nothing is installed yet; each calls every operation by the program of its release."""
    lasts = map(Ledger.read(ROOT).last, ("protocols", "client", "typescript"))
    by_name = {each.project: each for each in lasts if each}
    index, python, folder = tmp_path / "index", tmp_path / "venv/bin/python", tmp_path / "project"
    index.mkdir()
    folder.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    program, everything = (
        Repository(ROOT).show(by_name[name].tree, path)
        for name, path in (("client", clients.SMOKE), ("typescript", "tests/everything.ts"))
    )
    (folder / "smoke.py").write_text(program)
    (folder / "everything.ts").write_text(everything)  # Node leaves its types out
    (folder / "main.mjs").write_text(NODE)
    with serving(index) as url:
        bring_up(in_folder(index), Wheelhouse(discover()), Ledger(tuple(by_name.values())), url)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--no-cache-dir", f"--extra-index-url={url}")
        subprocess.run((*pip, f"ogrom-client=={by_name['client'].version}"), check=True)
        registry = f"--@ogrom:registry={url.replace('simple/', 'npm/')}"
        package = f"@ogrom/client@{semver(by_name['typescript'].number)}"
        npm(folder, "install", registry, f"--cache={tmp_path / 'cache'}", package)
    with clients.serving(Path(sys.executable).parent) as variables:
        for words in ((str(python), "-I", "smoke.py"), (node(), "main.mjs")):
            subprocess.run(words, cwd=folder, env=dict(variables), check=True)
