"""The second service: by its endpoints, and served from wheels alone."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient

from currencies.container import Container
from currencies.settings import Settings
from ogrom.operations.settings import SettingsError, read
from ogrom_tools.command import run, uv
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.requirements import pins
from ogrom_tools.test.wheels import build_one

SECONDS = 60


@pytest.fixture
def client() -> FlaskClient:
    """A client of the service with its default settings."""
    return Container(settings=Settings()).service().app.test_client()


def test_the_rates_are_those_of_the_settings(client: FlaskClient) -> None:
    """By currency."""
    assert client.get("/v1/rates").json == {"EUR": 1.0, "PLN": 4.3, "USD": 1.08}


def test_an_amount_is_converted(client: FlaskClient) -> None:
    """By way of the first currency; one without a rate is not found, and a faulty query is a 400 that says why."""
    answer = client.get("/v1/conversion?amount=43&source=PLN&target=USD")
    assert answer.json == {"amount": 10.8, "currency": "USD"}
    assert client.get("/v1/conversion?amount=43&source=PLN&target=XXX").status_code == 404
    faulty = client.get("/v1/conversion?amount=many&source=PLN&target=USD")
    assert (faulty.status_code, faulty.content_type) == (400, "application/problem+json")
    assert client.get(faulty.get_json()["type"]).get_json()["title"] == "The query has errors"


def test_it_has_what_every_service_has(client: FlaskClient) -> None:
    """Health, metrics, and a page for each kind of refusal."""
    assert "/problems/overloaded" in client.get("/problems").text
    assert client.get("/health/live").json == {"status": "live", "version": "0.1.0", "release": ""}
    assert "ogrom_http_requests_total" in client.get("/metrics").text


def test_its_settings_are_read_from_variables_of_its_own() -> None:
    """With what to write instead of what is wrong."""
    assert read(Settings, {"CURRENCIES_RATES": "USD=1,EUR=0.92"}).rates == (("USD", 1.0), ("EUR", 0.92))
    with pytest.raises(
        SettingsError, match="CURRENCIES_RATES 'EUR' is not a list of rates; use one such as EUR=1"
    ):
        read(Settings, {"CURRENCIES_RATES": "EUR"})


def test_the_document_shows_the_files_as_they_are() -> None:
    """All of them, and its snippets are run as a document's are."""
    document = (ROOT / "docs" / "second-service.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    files = ("settings", "endpoints", "container", "__main__")
    folder = ROOT / "examples" / "currencies" / "src" / "currencies"
    texts = [(folder / f"{each}.py").read_text(encoding="utf-8") for each in files]
    assert [each for each in blocks if not each.startswith(">>>")] == texts
    lines = sum(len(each.splitlines()) for each in texts)
    assert f"{lines} lines" in document


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in an environment of wheels alone, built from this tree."""
    folder = tmp_path_factory.mktemp("wheels")
    workspace = discover(ROOT)
    service = workspace["currencies"]
    projects = (*workspace.needs(service), service)
    assert {each.name for each in projects} == {"protocols", "http", "server", "operations", "currencies"}
    wheels = [build_one(each, folder / each.name) for each in projects]
    uv("venv", "--python", sys.executable, str(folder / "venv"))
    constraints = pins(workspace.root, "test")
    uv("pip", "install", f"--python={folder / 'venv'}", f"--constraints={constraints}", *map(str, wheels))
    return folder / "venv" / "bin" / "currencies"


@pytest.fixture
def environ() -> Mapping[str, str]:
    """An environment in which nothing leads to this tree."""
    return {"PATH": os.environ["PATH"], "CURRENCIES_RATES": "EUR=1,CHF=0.94"}


@pytest.mark.slow
def test_it_is_served_from_wheels_alone(program: Path, tmp_path: Path, environ: Mapping[str, str]) -> None:
    """By two processes, with its settings, until it is told to stop."""
    options = ("serve", "--port", "0", "--processes", "2")
    with subprocess.Popen(
        [program, *options], cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        output = ""
        while "Press Ctrl-C" not in output and (line := process.stdout.readline()):
            output += line
        try:
            (base,) = re.findall(r"rates +(http://\S+)/v1/rates", output)
            with urlopen(f"{base}/v1/rates", timeout=SECONDS) as answer:
                assert answer.read() == b'{"EUR":1.0,"CHF":0.94}'
            with urlopen(f"{base}/health/ready", timeout=SECONDS) as answer:
                assert b'"workers":{"ready":2,"warming":0}' in answer.read()
        finally:
            process.terminate()
        assert process.wait(SECONDS) == 0


@pytest.mark.slow
def test_nothing_of_the_first_service_is_installed(program: Path) -> None:
    """Nor the endpoints and sources that it serves."""
    python = str(program.with_name("python"))
    code = "import ogrom.operations; print(*sorted(path.name for path in __import__('pathlib').Path("
    code += "ogrom.operations.__file__).parents[1].iterdir()))"
    assert run(python, "-I", "-c", code).split() == ["http", "operations", "protocols", "server"]


@pytest.mark.slow
def test_mistakes_in_its_settings_are_told(program: Path, environ: Mapping[str, str]) -> None:
    """All at once, and nothing is served."""
    done = subprocess.run(
        [program, "serve", "--port", "http"],
        env={**environ, "CURRENCIES_RATES": "EUR"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "ogrom: settings: --port 'http' is not a port; use a whole number from 0 to 65535",
        "ogrom: settings: CURRENCIES_RATES 'EUR' is not a list of rates; use one such as EUR=1,USD=1.08",
    ]
