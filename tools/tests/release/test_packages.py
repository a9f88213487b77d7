"""An npm package goes through the train as a library does."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools import publish
from ogrom_tools.command import Failed
from ogrom_tools.index import serving
from ogrom_tools.ledger import Ledger
from ogrom_tools.npm.node import npm
from ogrom_tools.npm.tarball import members
from ogrom_tools.release import verify, yank
from ogrom_tools.status import overview
from ogrom_tools.testing.package import write_package
from ogrom_tools.testing.workshop import Script, Workshop
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow  # npm installs the compiler for each build
PLACE = "clients/spoons"


@pytest.fixture(scope="module")
def shop_with_spoons(tmp_path_factory: pytest.TempPathFactory, template: Workshop) -> Workshop:
    """The small shop after its npm package's first release."""
    workshop = Workshop(shutil.copytree(template.root, tmp_path_factory.mktemp("spoons") / "shop"))
    write_package(workshop.root / PLACE, "1.0.0")
    workshop.commit("Add spoons")
    with pytest.MonkeyPatch.context() as patch:
        Script().replace(patch)
        workshop.release("spoons")
    return workshop


@pytest.fixture
def shop(tmp_path: Path, shop_with_spoons: Workshop) -> Workshop:
    """The small shop, where the npm package spoons 1.0.0 is released."""
    return Workshop(shutil.copytree(shop_with_spoons.root, tmp_path / "shop"))


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's tests pass."""
    monkeypatch.setattr("ogrom_tools.release.act.moved", Script().moved)


def add_fork(shop: Workshop) -> None:
    shop.edit(f"{PLACE}/src/index.ts", "export type Spoon", "export type Fork = {};\nexport type Spoon")
    shop.edit(f"{PLACE}/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n### Added\n\n- Forks.\n")
    shop.commit("Add forks")


def manifest(shop: Workshop, name: str = "package.json") -> dict[str, Any]:
    return dict(json.loads((shop.root / PLACE / name).read_text()))


def files_of_head(shop: Workshop) -> list[str]:
    return shop.repository("show", "--format=", "--name-only").splitlines()


def call(command: Any, shop: Workshop, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--root", str(shop.root)])


def test_a_release_is_a_line_of_the_ledger_and_a_tag(shop: Workshop) -> None:
    """With the compiler that the bytes depend on; a first release has the version that stands there."""
    (line,) = shop.ledger.releases
    assert (line.project, line.version, line.kind) == ("spoons", "1.0.0", "npm")
    assert (line.distribution, line.artefact) == ("@ogrom/spoons", "ogrom-spoons-1.0.0.tgz")
    assert line.tool == "typescript==5.9.3"
    assert line.tree == shop.repository.tree("HEAD", PLACE)
    assert shop.repository.commit(line.tag) == shop.repository.commit()
    assert files_of_head(shop) == [f"{PLACE}/CHANGELOG.md", "releases.toml"]
    assert Ledger.parse(shop.ledger.text) == shop.ledger


def test_the_next_version_follows_from_what_changed(shop: Workshop, tested: None) -> None:
    """A new name is a minor, and less is refused; the version is raised wherever it stands."""
    add_fork(shop)
    with pytest.raises(Failed, match=r"(?s)too little.*@ogrom/spoons\.Fork.*release spoons=minor"):
        shop.plan("spoons=patch")
    (status,) = (each for each in overview(shop.workspace) if each.project == "spoons")
    assert (str(status.needed.level), status.following, status.has_changelog) == ("minor", "1.1.0", True)
    shop.release("spoons")
    assert shop.ledger.releases[-1].version == "1.1.0"
    lock = manifest(shop, "package-lock.json")
    assert [each["version"] for each in (manifest(shop), lock, lock["packages"][""])] == ["1.1.0"] * 3
    assert "\n## [1.1.0] - " in (shop.root / PLACE / "CHANGELOG.md").read_text()
    assert files_of_head(shop) == [
        *(f"{PLACE}/{name}" for name in ("CHANGELOG.md", "package-lock.json", "package.json")),
        "releases.toml",
    ]
    path = Wheelhouse(shop.workspace).wheel(shop.ledger.releases[-1])
    assert b"Fork" in members(path.read_bytes())["package/dist/index.d.ts"].content
    with pytest.raises(Failed, match="nothing to release"):
        shop.plan("spoons")


def test_a_pre_release_has_npms_form_where_npm_reads_it(shop: Workshop, script: Script) -> None:
    """And Python's in the ledger; a script of the package writes the version elsewhere, too."""
    (shop.root / PLACE / "src" / "version.ts").write_text('export const VERSION: string = "1.0.0";\n')
    program = "sed -i s/1.0.0/$npm_package_version/ src/version.ts"
    shop.edit(f"{PLACE}/package.json", '"build": "tsc"', f'"build": "tsc",\n    "version": "{program}"')
    add_fork(shop)
    shop.release("spoons", pre=True)
    line = shop.ledger.releases[-1]
    assert (line.version, line.artefact) == ("1.1.0rc1", "ogrom-spoons-1.1.0-rc.1.tgz")
    assert manifest(shop)["version"] == "1.1.0-rc.1"
    assert shop.workspace.packages[0].version == "1.1.0rc1"
    assert '"1.1.0-rc.1"' in (shop.root / PLACE / "src" / "version.ts").read_text()


def test_a_name_goes_with_a_reason(shop: Workshop) -> None:
    """Unless it was deprecated."""
    shop.edit(f"{PLACE}/src/index.ts", "export type Spoon", "type Spoon")
    shop.edit(f"{PLACE}/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n### Removed\n\n- Spoon.\n")
    shop.commit()
    with pytest.raises(
        Failed, match=r"spoons 2\.0\.0 lacks names that no release has deprecated:\n  @ogrom/spoons\.Spoon"
    ):
        shop.plan("spoons")


def test_a_client_of_the_tree_gets_the_contract_that_its_release_makes(shop: Workshop, tested: None) -> None:
    """Wherever it says so; without that nothing is released, as nobody promises it."""
    shop.edit(f"{PLACE}/package.json", '"contract": "1.0.0"', '"contract": "1.0.0+tree"')
    shop.edit(f"{PLACE}/README.md", "# Spoons", "# Spoons of 1.0.0+tree")
    add_fork(shop)
    shop.edit(f"{PLACE}/CHANGELOG.md", "- Forks.", "- Forks, of 1.0.0+tree.")
    shop.commit("Make it from the tree")
    planned = shop.plan("spoons")
    planned = dataclasses.replace(
        planned, planned=(dataclasses.replace(planned.planned[0], made_from="1.1.0"),)
    )
    (shop.root / "contracts").mkdir()
    history = shop.root / "contracts/history.toml"
    history.write_text('[[contract]]\nversion = "1.0.0"\ndate = "2026-12-01"\n')
    for pin in (False, True):
        with pytest.raises(
            Failed, match=r"made from the contract 1\.1\.0, which the service does not promise"
        ):
            shop.act(pin=pin).release(planned, shop.workspace)
    history.write_text(history.read_text() + '[[contract]]\nversion = "1.1.0"\ndate = "2026-12-02"\n')
    (shop.root / "contracts/1.1.0.json").write_text("{}")
    shop.act(pin=True).release(planned, shop.workspace)
    assert manifest(shop)["contract"] == "1.1.0"
    assert "tree" not in "".join(
        shop.repository.show("HEAD", f"{PLACE}/{each}") for each in ("README.md", "CHANGELOG.md")
    )


def test_history_gives_the_same_bytes(shop: Workshop) -> None:
    """Whatever has become of the work tree; a line that says otherwise is found."""
    shutil.rmtree(shop.root / PLACE)
    result = call(verify.main, shop)
    assert result.exit_code == 0, result.output
    assert "1 releases were rebuilt: the same bytes." in result.output
    (line,) = shop.ledger.releases
    for change, words in (
        ({"sha256": "9" * 64}, "the same files in it, packed in another way"),
        ({"epoch": line.epoch + 1}, "other files in it"),
        (
            {"tool": "typescript==5.9.2", "record_sha256": "9" * 64},
            "the compiler is typescript==5.9.3, but releases.toml says typescript==5.9.2",
        ),
    ):
        Ledger((dataclasses.replace(line, **change),)).write(shop.root)
        result = call(verify.main, shop, "@ogrom/spoons")
        assert result.exit_code == 1
        assert words in result.output
    assert "the tar is" in result.output


def test_it_is_published_installed_and_yanked(shop: Workshop, tmp_path: Path) -> None:
    """From the ledger and git's history alone, by npm in an empty folder."""
    store, folder = tmp_path / "index", tmp_path / "empty"
    store.mkdir()
    folder.mkdir()
    with serving(store) as url:
        registry = f"--@ogrom:registry={url.replace('simple/', 'npm/')}"
        refused = call(publish.main, shop, f"--store={store}", "--url=")
        assert "--url https://HOST/simple/" in refused.output
        told = call(publish.main, shop, f"--store={store}", f"--url={url}")
        assert "spoons 1.0.0 is published: ogrom-spoons-1.0.0.tgz" in told.output
        for place in ([f"--index={url}"], [f"--index={store}", f"--url={url}"]):
            assert "to the last byte: 1 releases" in call(verify.main, shop, *place).output
        npm(folder, "install", registry, "@ogrom/spoons", f"--cache={tmp_path / 'cache'}")
        assert (folder / "node_modules/@ogrom/spoons/dist/index.js").exists()
        told = call(yank.main, shop, "@ogrom/spoons", "1.0.0", "--reason=It bends.")
        assert "spoons 1.0.0 is yanked: It bends." in told.output
        call(publish.main, shop, f"--store={store}", f"--url={url}")
        packument = json.loads((store / "npm/@ogrom/spoons").read_text())
        assert packument["versions"]["1.0.0"]["deprecated"] == "It bends."
        assert call(verify.main, shop, f"--index={url}").exit_code == 0
        tarball = store / "files/ogrom-spoons-1.0.0.tgz"
        tarball.write_bytes(tarball.read_bytes()[:-1] + b"\1")
        assert (
            "files/ogrom-spoons-1.0.0.tgz has the sha256" in call(verify.main, shop, f"--index={url}").output
        )
