"""Both clients, installed from the index as people install them, use a service."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from ogrom_tools import wheelhouse
from ogrom_tools.git import Repository
from ogrom_tools.index import bring_up, in_folder, serving
from ogrom_tools.ledger import NPM, WHEEL, Ledger, Release
from ogrom_tools.npm import tarball
from ogrom_tools.npm.node import node, npm
from ogrom_tools.pins import clients
from ogrom_tools.projects import ROOT, Package, Workspace, discover, semver
from ogrom_tools.wheelhouse import Wheelhouse

PYTHON = """
import os

from ogrom.client import Client, operations, reference, request
from ogrom.client.models import CommentDraft

with Client(os.environ["OGROM_URL"], "de-DE", token=lambda: os.environ["OGROM_TOKEN"]) as shop:
    collage = next(iter(shop.get_collages(limit=1)))
    product = shop.get_product(collage.placements[0].product_id).value
    once = shop.using(key="said-in-python")
    said = [once.add_to_collage_comments(collage.id, CommentDraft(author_id=1, text="Ja")) for _ in range(2)]
    one = request("one", operations.get_collage(collage.id))
    many = request("many", operations.get_products(ids=reference("one#/placements/*/product_id")))
    print(len({each.value.id for each in said}), product in shop.batch(one, many)[many].value.items)
"""

NODE = """
import * as api from "@ogrom/client";

const { OGROM_URL, OGROM_TOKEN } = process.env;
const shop = new api.Ogrom(OGROM_URL, { locale: "de-DE", token: () => OGROM_TOKEN });
const [collage] = (await shop.call(api.getCollages, { limit: 1 })).data.items;
const { data: product } = await shop.call(api.getProduct, { product_id: collage.placements[0].product_id });
const comment = { collage_id: collage.id, body: { author_id: 1, text: "Ja" } };
const say = () => shop.call(api.addToCollageComments, comment, { key: "said-in-node" });
const said = [await say(), await say()];
const screen = await api.batch(shop, {
  one: api.request(api.getCollage, { collage_id: collage.id }),
  many: api.request(api.getProducts, { ids: api.reference("one#/placements/*/product_id") }),
});
const found = screen.many.data.items.some((each) => JSON.stringify(each) === JSON.stringify(product));
console.log(new Set(said.map((each) => each.data.id)).size, found);
"""


@pytest.fixture
def released(tmp_path: Path) -> tuple[Ledger, Wheelhouse]:
    """Each client's last release, with what that needs of ours; until there is one of both, those of HEAD."""
    workspace, ledger = discover(), Ledger.read(ROOT)
    names = ("protocols", "client", "typescript")
    if lasts := [last for name in names if ledger.last("typescript") and (last := ledger.last(name))]:
        return Ledger(tuple(lasts)), Wheelhouse(workspace)
    house, made = Wheelhouse(Workspace(tmp_path / "checkout", ())), list[Release]()
    for project in (each for each in workspace.train if each.name in names):
        is_package = isinstance(project, Package)
        tree = Repository(ROOT).tree("HEAD", project.place)
        build = tarball.build if is_package else wheelhouse.build
        artefact = build(Repository(ROOT), tree, 1_800_000_000, tmp_path / "made")
        release = Release(
            project=project.name,
            version=project.version,
            kind=NPM if is_package else WHEEL,
            artefact=artefact.path.name,
            tool="as in the tree",
            tree=tree,
            epoch=1_800_000_000,
            sha256=artefact.sha256,
            record_sha256=artefact.record_sha256,
            date="2027-01-15",
        )
        house.keep(release, artefact)
        made.append(release)
    return Ledger(tuple(made)), house


@pytest.mark.slow
def test_both_clients_are_installed_from_the_index_and_work(
    released: tuple[Ledger, Wheelhouse], tmp_path: Path
) -> None:
    """By pip and npm, where nothing is installed yet; a read, a list, a write that is sent twice, and a batch."""
    ledger, house = released
    index, python, folder = tmp_path / "index", tmp_path / "venv/bin/python", tmp_path / "project"
    index.mkdir()
    folder.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    (folder / "main.mjs").write_text(NODE)
    by_name = {each.project: each for each in ledger}
    with serving(index) as url:
        bring_up(in_folder(index), house, ledger, url)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--no-cache-dir", f"--extra-index-url={url}")
        subprocess.run((*pip, f"ogrom-client=={by_name['client'].version}"), check=True)
        registry = f"--@ogrom:registry={url.replace('simple/', 'npm/')}"
        package = f"@ogrom/client@{semver(by_name['typescript'].number)}"
        npm(folder, "install", registry, f"--cache={tmp_path / 'cache'}", package)
    with clients.serving(Path(sys.executable).parent) as variables:
        for words in ((str(python), "-c", PYTHON), (node(), "main.mjs")):
            done = subprocess.run(
                words, cwd=folder, env=dict(variables), stdout=subprocess.PIPE, text=True, check=True
            )
            assert done.stdout.lower().split() == ["1", "true"]
