"""The command behind `./dev contract-diff`."""

import json
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_tools import contract
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
    assert lines[-1] == "For clients this is major."


def test_a_url_is_read_as_a_file_is(new: Path, url: str) -> None:
    assert invoke(SHOP, url).stdout == invoke(SHOP, new).stdout


def test_programs_get_json(new: Path) -> None:
    found = json.loads(invoke(SHOP, new, "--json").stdout)
    assert {
        "rule": "operation-added",
        "level": "minor",
        "direction": "request",
        "symbol": "GET /brands",
        "text": "It is new.",
        "cites": "docs/contract.md, 14",
        "operations": ["GET /brands"],
    } in found


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
