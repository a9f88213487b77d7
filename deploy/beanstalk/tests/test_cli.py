"""The commands: what they print, and with which status they end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ogrom_deploy.cli import cli
from ogrom_deploy.stores import FolderStore

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a platform in memory that a folder keeps."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, who: str = "ann") -> Result:
        return CliRunner().invoke(cli, ["--platform", "memory", "--who", who, *arguments])

    return run


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_deployment_from_plan_to_history(run: Run) -> None:
    """Each command goes on where the last one ended."""
    assert document(run("plan", "v2", "--json"))["steps"][0] == {
        "step": "Publish",
        "title": "Publish v2",
        "expected": 5.0,
    }
    result = run("apply", "v2", "-m", "a sale")
    assert result.exit_code == 0
    assert "Done in" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    seen = document(run("status", "--json"))
    assert seen["fleet"]["weights"] == {"blue": 0, "green": 100}
    assert seen["fleet"]["green"]["version"] == "v2"
    assert (seen["lock"], seen["last"]["message"], seen["drift"]) == (None, "a sale", {})
    assert "template" not in run("status").output
    assert run("rollback").exit_code == 0
    assert [each["act"] for each in document(run("history", "--json"))] == ["rollback", "apply"]
    assert len(document(run("history", "--json", "--limit", "1"))) == 1


def test_a_change_of_the_database_from_expand_to_contract(run: Run, tmp_path: Path) -> None:
    """`status` says how far it is, and whether there is a way back."""
    (tmp_path / "deploy.toml").write_text("[policy]\nrest = 0.0\n")
    (tmp_path / "both.json").write_text(
        '{"expand": "0006", "needs": "0006", "until": ["0008"], "knows": "0008"}'
    )
    (tmp_path / "new.json").write_text(
        '{"expand": "0006", "needs": "0006", "backfills": ["0007"], "knows": "0008"}'
    )
    assert "The database is" not in run("status").output
    assert run("apply", "both", "--schema", "both.json").exit_code == 0
    assert "The database is at 0006.\nA rollback goes back to v1." in run("status").output
    early = run("apply", "new", "--schema", "new.json")
    assert (early.exit_code, early.output.count("start it: backfill 0007")) == (1, 1)
    assert run("backfill", "0007").exit_code == 0
    for version in ("new", "newer"):
        assert run("apply", version, "--schema", "new.json").exit_code == 0
    done = run("contract", "0008", "-m", "nobody reads it")
    assert done.exit_code == 0
    assert "the database is at 0006~0007+0008" in done.output
    assert "Last: contract 0008: nobody reads it by ann at" in run("status").output
    seen = document(run("status", "--json"))
    assert seen["database"] == {"certain": "0006~0007+0008", "possible": "0006~0007+0008"}
    assert run("rollback").exit_code == 0
    assert "No way back: both does not serve a database at 0006~0007+0008" in run("status").output
    assert run("rollback").exit_code == 4


def test_the_tables_fit_a_hundred_columns(run: Run) -> None:
    """Without a terminal, too."""
    run("apply", "v2")
    for command in ("status", "history"):
        result = run(command)
        assert result.exit_code == 0
        assert "v2" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 100


def test_every_event_is_a_line_of_json(run: Run) -> None:
    """And nothing else is printed; the last one tells how it ended."""
    result = run("apply", "v2", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert {each["event"] for each in events} == {"begun", "ended", "shifted", "measured", "finished"}
    assert events[0]["title"] == "Publish v2"
    assert (events[-1]["event"], events[-1]["outcome"], events[-1]["version"]) == ("finished", "done", "v2")
    assert [each["weights"]["green"] for each in events if each["event"] == "shifted"] == [1, 10, 50, 100]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["apply", "bad"], 1, "as before"),
        (["apply", "broken"], 1, "smoke test failed"),
        (["apply"], 2, "Missing argument"),
        (["--config", "none.toml", "status"], 2, "none.toml cannot be read"),
        (["abort"], 4, "nothing to abort"),
        (["rollback"], 4, "knows no version"),
        (["scale", "blue", "0"], 4, "needs 1 instance"),
        (["scale", "green", "1"], 0, "of 1"),
        (["apply", "v1"], 0, "v1 is live on blue already."),
        (["unlock"], 0, "Nobody had the lock."),
    ],
)
def test_a_command_ends_with_its_status(run: Run, arguments: list[str], status: int, said: str) -> None:
    """What the README lists."""
    result = run(*arguments)
    assert result.exit_code == status
    assert said in result.output


def test_a_lock_keeps_everybody_out_until_it_is_given_back(run: Run) -> None:
    """Oneself as well; others take it away by force."""
    assert "Friday" in run("lock", "-m", "no deployments on Friday").stdout
    for who in ("ann", "bob"):
        result = run("apply", "v2", who=who)
        assert result.exit_code == 3
        assert "Locked by ann since" in result.stderr
        assert "no deployments on Friday" in result.stderr
    assert run("unlock", who="bob").exit_code == 3
    assert run("unlock", "--force", who="bob").exit_code == 0
    assert run("apply", "v2", who="bob").exit_code == 0


def test_help_names_every_status_and_command(run: Run) -> None:
    """Nobody has to look them up."""
    said = run("--help").stdout
    assert "0  done" in said
    for command in ("plan", "apply", "rollback", "status", "scale", "history", "lock", "unlock", "abort"):
        assert f"\n  {command} " in said


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leads_back(tmp_path: Path, number: signal.Signals) -> None:
    """In the middle of a deployment, in a process of its own; the lock is free and the history has it."""
    (tmp_path / "deploy.toml").write_text('platform = "memory"\n[memory]\nspeed = 20.0\nfolder = "kept"\n')
    code = "from ogrom_deploy.cli import main; main()"
    command = [sys.executable, "-c", code, "apply", "v2", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if json.loads(line)["event"] == "shifted":
                os.kill(process.pid, number)
                break
        last = json.loads(process.stdout.readlines()[-1])
    assert process.returncode == 1
    assert (last["event"], last["outcome"], last["reason"], last["version"]) == (
        "finished",
        "aborted",
        "interrupted",
        "v1",
    )
    store = FolderStore(tmp_path / "kept" / "store")
    assert store.read("lock.json") is None
    assert len(list(store.names("history/"))) == 2
