"""The command behind `./dev contract-diff`."""

import json
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools import contract, witness
from ogrom_tools.command import Failed, run
from ogrom_tools.projects import ROOT

SHOP = ROOT / "rules" / "tests" / "contract" / "shop.json"


def changed() -> Any:
    """The shop's document, in which a member has another name and an operation is new."""
    document = json.loads(SHOP.read_text(encoding="utf-8"))
    product = document["components"]["schemas"]["Product"]
    product["properties"]["brand_name"] = product["properties"].pop("brand")
    product["required"].remove("brand")
    document["paths"]["/brands"] = {"get": {"operationId": "get_brands", "responses": {}}}
    return document


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A file with that."""
    file = tmp_path / "new.json"
    file.write_text(json.dumps(changed()), encoding="utf-8")
    return file


@pytest.fixture
def url(new: Path) -> Iterator[str]:
    """Where that is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    def handler(*args: Any) -> Quiet:
        return Quiet(*args, directory=str(new.parent))

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{new.name}"
        server.shutdown()
        thread.join()


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(contract.main, [str(each) for each in arguments])


def test_what_breaks_clients_comes_first_with_what_it_breaks(new: Path) -> None:
    result = invoke(SHOP, new)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "major  Product.brand: It is gone."
    assert lines[1].strip() == "member-removed, by docs/contract.md, 4"
    assert lines[2].strip().startswith("in GET /products, POST /products, ")
    assert "minor  GET /brands: It is new." in lines
    assert lines[-2:] == ["For clients this is major.", f"No request shows it: {SHOP} is a description only."]
    assert "No request" not in invoke(SHOP, new, "--no-witness").stdout


def test_a_url_is_read_as_a_file_is(new: Path, url: str) -> None:
    assert invoke(SHOP, url, "--no-witness").stdout == invoke(SHOP, new, "--no-witness").stdout


def test_programs_get_json(new: Path) -> None:
    found = json.loads(invoke(SHOP, new, "--json").stdout)
    assert found[0]["witness"] == {"why_not": f"{SHOP} is a description only"}
    found = json.loads(invoke(SHOP, new, "--json", "--no-witness").stdout)
    assert {
        "rule": "operation-added",
        "level": "minor",
        "direction": "request",
        "symbol": "GET /brands",
        "text": "It is new.",
        "cites": "docs/contract.md, 14",
        "operations": ["GET /brands"],
    } in found


def test_client_teams_get_markdown(new: Path) -> None:
    """rules/tests/contract/test_changelog.py has a whole one."""
    told = invoke(SHOP, new, "--changelog").stdout
    assert told.startswith(
        f"# Changes of the API from {SHOP} to {new}\n\n## Breaking\n\n### `GET /products`, "
    )
    assert "\n* `Product.brand`: It is gone. **Stop reading it.** ([line 4](docs/contract.md))\n" in told


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each source can be asked, by a program whose products have a brand, or a brand_name where it is new."""

    def side(source: str, document: Any, root: Path) -> witness.Side:
        name = "brand_name" if source.endswith("new.json") else "brand"
        products = {"items": [{name: "Nordlicht"}], "next": None}
        script = tmp_path / f"{name}.py"
        script.write_text(
            "import json, sys\n"
            "for line in sys.stdin:\n"
            "    path = json.loads(line)['target'].partition('?')[0]\n"
            f"    content = {json.dumps(json.dumps(products))} if path == '/products' else 'null'\n"
            "    status = 200 if path == '/products' else 404\n"
            "    headers = {'content-type': 'application/json'}\n"
            "    answer = {'status': status, 'headers': headers, 'content': content}\n"
            "    print(json.dumps(answer), flush=True)\n",
            encoding="utf-8",
        )
        return witness.program(source, document, [sys.executable, str(script)])

    monkeypatch.setattr(contract, "side", side)


@pytest.mark.usefixtures("asked")
def test_each_finding_is_shown_by_a_request_and_two_answers(new: Path) -> None:
    """Or says why none was found."""
    lines = invoke(SHOP, new).stdout.splitlines()
    place = lines.index("major  Product.brand: It is gone.")
    assert lines[place + 3 : place + 6] == [
        "       curl /products",
        '         old: 200, items[].brand: "Nordlicht"',
        "         new: 200, no items[].brand",
    ]
    place = lines.index("minor  GET /brands: It is new.")
    assert lines[place + 2] == (
        "       no request shows it: one request was tried, and both answered as before"
    )
    assert json.loads(invoke(SHOP, new, "--json").stdout)[0]["witness"] == {
        "request": "curl /products",
        "old": '200, items[].brand: "Nordlicht"',
        "new": "200, no items[].brand",
    }


@pytest.mark.slow
def test_the_work_tree_is_the_service_in_it(tmp_path: Path) -> None:
    """And is what is compared with where nothing else is named."""
    file = tmp_path / "tree.json"
    file.write_text(json.dumps(contract.read("tree", ROOT)), encoding="utf-8")
    result = invoke(file)
    assert (result.exit_code, result.stdout) == (0, "Clients notice nothing.\n")


@pytest.mark.slow
def test_the_contract_says_what_the_description_says(tmp_path: Path) -> None:
    """Neither less, for whoever reads the one, nor more."""
    file = tmp_path / "openapi.json"
    run(str(ROOT / ".nox" / "test" / "bin" / "ogrom-api"), "openapi", "--output", str(file))
    assert invoke("tree", file).stdout == invoke(file, "tree").stdout == "Clients notice nothing.\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no OpenAPI document"),
        ("[]", "is JSON, but no OpenAPI 3.1 document"),
        ('{"openapi": "2.0"}', "is JSON, but no OpenAPI 3.1 document"),
        ("[" * 100_000, "has no OpenAPI document"),
        ('{"openapi": "3.1.0", "paths": "none"}', "is no valid OpenAPI 3.1 document"),
        (
            '{"openapi": "3.1.0", "paths": {"/": {"get": {"parameters": [{"$ref": "#/a"}]}}}}',
            "is no valid OpenAPI 3.1 document: .*the reference #/a leads to no component",
        ),
        (
            '{"openapi": "3.1.0", "paths": {"/": {"get": {"parameters": [{"in": "query"}]}}}}',
            "is no valid OpenAPI 3.1 document: KeyError",
        ),
    ],
)
def test_what_is_no_description_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "it.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Failed, match=problem):
        contract.read(str(file), ROOT)


def test_what_cannot_be_read_is_refused_with_what_to_name(tmp_path: Path, url: str) -> None:
    for source in (str(tmp_path / "none.json"), f"{url}.none", "http://127.0.0.1:1/openapi.json"):
        with pytest.raises(Failed, match="Name a file, a URL or tree"):
            contract.read(source, ROOT)
