"""Clients can be generated from the description, and they work: what each does is in the folder `clients`."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
CLIENTS = Path(__file__).parent / "clients"
JAR = str(files("openapi_generator_cli") / "openapi-generator.jar")
"""openapi-generator, which brings the libraries that its clients need."""

BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for programs that run for seconds: half the processor time goes into compiling them for hours."""

LOOKED_AT = {
    "info-contact",  # who answers is said where the description is published
    "info-license",  # as are the terms
    "oas3-operation-security-defined",  # Spectral knows the scopes of OAuth 2 only; OpenAPI 3.1 allows them here, too
}
"""The rules whose warnings are no mistakes of ours."""

CALL = """
import sys
import client
from client.api.collages import add_to_collages, delete_collage
from client.api.products import get_product, get_products
from client.models import CollageDraft, CollageView, PageViewOfProductView, Placement, Problem, ProductView

url, token, user = sys.argv[1:]
with client.Client(base_url=url) as api:
    page = get_products.sync("de-DE", client=api, limit=2)
    assert isinstance(page, PageViewOfProductView), page
    first, second = page.items
    assert page.next_ and first.updated_at.tzinfo
    both = get_products.sync("de-DE", client=api, ids=[second.id, first.id])
    assert isinstance(both, PageViewOfProductView) and both.items == [second, first]
    one = get_product.sync_detailed("de-DE", first.id, client=api)
    assert isinstance(one.parsed, ProductView) and one.parsed == first
    again = get_product.sync_detailed("de-DE", first.id, client=api, if_none_match=one.headers["ETag"])
    assert again.status_code == 304
    missing = get_product.sync("de-DE", 2**62, client=api)
    assert isinstance(missing, Problem) and missing.status == 404
with client.AuthenticatedClient(base_url=url, token=token) as api:
    placement = Placement(product_id=first.id, x=0.0, y=0.0, width=0.5, height=0.5)
    draft = CollageDraft(author_id=int(user), title="Blau", placements=[placement])
    made = add_to_collages.sync_detailed("de-DE", client=api, body=draft)
    assert isinstance(made.parsed, CollageView), made
    tag = made.headers["ETag"]
    gone = delete_collage.sync_detailed("de-DE", made.parsed.id, client=api, if_match=tag)
    assert gone.status_code == 204
print(first.title)
"""


@pytest.fixture(scope="module")
def document(run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The description in a file, as a client's author gets it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    assert run("openapi", "--output", str(path)).returncode == 0
    return path


@pytest.fixture(scope="module")
def arguments(
    start: Callable[..., Any],
    authorization: Callable[..., dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, ...]:
    """What each client is told: the URL of a service, a token, and the user whose token it is."""
    service = start("--demo-products", "40", folder=tmp_path_factory.mktemp("service"))
    token = authorization(1, "collages:write")["Authorization"].removeprefix("Bearer ")
    return f"http://127.0.0.1:{service.port}", token, "1"


@pytest.fixture(scope="module")
def packages(installed: Callable[[Path], Path]) -> Path:
    """The generators of package-lock.json as a folder `node_modules`."""
    return installed(CLIENTS)


@pytest.fixture(scope="module")
def typescript(
    document: Path, packages: Path, finished: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with both clients in TypeScript, generated and compiled."""
    folder = tmp_path_factory.mktemp("typescript")
    for pattern in ("*.ts", "*.json"):
        for each in CLIENTS.glob(pattern):
            shutil.copy(each, folder)
    shutil.copy(document, folder)
    (folder / "node_modules").symlink_to(packages)
    programs = packages / ".bin"
    for command in (
        ("openapi-typescript", "openapi.json", "--output", "api.ts"),
        ("openapi-ts", "--no-log-file"),
        ("tsc", "--project", "."),
    ):
        said = finished(folder, programs / command[0], *command[1:])
        assert "warn" not in said.lower(), said
    return folder


def test_linters_find_no_mistake(document: Path, packages: Path, finished: Callable[..., str]) -> None:
    """By the rules that Redocly and Spectral recommend; each warning has been looked at."""
    redocly = finished(
        document.parent,
        packages / ".bin" / "redocly",
        "lint",
        "--extends=recommended",
        "--format=json",
        document,
    )
    report, _ = json.JSONDecoder().raw_decode(redocly[redocly.index("{") :])
    assert report["totals"]["errors"] == 0, report
    rules = CLIENTS / "spectral.yaml"
    spectral = finished(
        document.parent, packages / ".bin" / "spectral", "lint", "--ruleset", rules, "--format=json", document
    )
    results, _ = json.JSONDecoder().raw_decode(spectral[spectral.index("[") :])
    told = {each["ruleId"] for each in report["problems"]} | {each["code"] for each in results}
    assert told == LOOKED_AT
    assert max(each["severity"] for each in results) > 0, results


@pytest.mark.parametrize("client", ["fetch.js", "hey.js"])
def test_a_typescript_client_works(
    client: str, typescript: Path, arguments: tuple[str, ...], finished: Callable[..., str]
) -> None:
    """With openapi-fetch or hey-api, whose types hold: it was compiled with `strict`."""
    assert finished(typescript, "node", typescript / "out" / client, *arguments).strip()


def test_the_document_shows_what_the_client_does() -> None:
    """Each line of TypeScript in docs/clients.md is one of the program that was compiled and run."""
    text = (CLIENTS.parents[3] / "docs" / "clients.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^\*\*TypeScript\.\*\* .*?```ts\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    program = (CLIENTS / "fetch.ts").read_text(encoding="utf-8").splitlines()
    assert not [line for line in shown.splitlines() if line not in program]


def test_a_python_client_works(
    document: Path,
    program: Callable[[str], Path],
    arguments: tuple[str, ...],
    finished: Callable[..., str],
    tmp_path: Path,
) -> None:
    """openapi-python-client makes it without a warning; it gets values of types, not dictionaries."""
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")
    said = finished(
        tmp_path,
        *(program("openapi-python-client"), "generate", "--path", document, "--meta", "none"),
        *("--output-path", tmp_path / "client", "--config", tmp_path / "config.yaml", "--fail-on-warning"),
    )
    assert "arning" not in said
    finished(tmp_path, sys.executable, "-m", "compileall", "-q", "client")
    assert finished(tmp_path, sys.executable, "-c", CALL, *arguments).strip()


def test_a_java_client_works(
    document: Path, arguments: tuple[str, ...], finished: Callable[..., str], tmp_path: Path
) -> None:
    """openapi-generator makes it, with Java's own HTTP client."""
    java, javac = ("java", *BRIEF), ("javac", *(f"-J{option}" for option in BRIEF))
    options = ("--library", "native", "--additional-properties", "openApiNullable=false")
    finished(tmp_path, *java, "-jar", JAR, "generate", "-i", document, "-g", "java", *options, "-o", "client")
    sources = sorted((tmp_path / "client" / "src" / "main").rglob("*.java"))
    ours = (CLIENTS / "Client.java", CLIENTS / "Generated.java")
    finished(tmp_path, *javac, "-nowarn", "-cp", JAR, "-d", "classes", *sources, *ours)
    assert finished(tmp_path, *java, "-cp", os.pathsep.join((JAR, "classes")), "Client", *arguments).strip()
