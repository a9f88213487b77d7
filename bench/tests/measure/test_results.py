import getpass
import json
import os
import platform
from pathlib import Path

from bench.measure import results


def test_results_say_what_they_were_measured_on(tmp_path: Path) -> None:
    """The command, the machine and the versions, beside the figures."""
    path = results.write("cold", "./dev bench cold", {"ogrom": [1.0, 2.0]}, tmp_path / "new")
    told = json.loads(path.read_text())
    assert path.name == "cold.json"
    assert (told["command"], told["figures"]) == ("./dev bench cold", {"ogrom": [1.0, 2.0]})
    assert told["ran on"]["Python"] == platform.python_version()
    assert {
        "flask",
        "fastapi",
        "fastify",
        "flask-smorest",
        "granian",
        "litestar",
        "mariadb",
        "MariaDB",
    } <= told["ran on"].keys()
    assert told["ran on"]["processors"].startswith(f"{os.cpu_count()} x ")
    assert told["ran on"]["wrk"][0].isdigit() or told["ran on"]["wrk"].startswith("debian/")


def test_results_name_nobody(tmp_path: Path) -> None:
    """No host, no home and no folder, for they are published."""
    text = results.write("cold", "./dev bench cold", {}, tmp_path).read_text() + results.line("./dev bench")
    assert platform.node() not in text
    assert str(Path.home()) not in text
    assert f"/{getpass.getuser()}" not in text
    assert str(tmp_path) not in text
