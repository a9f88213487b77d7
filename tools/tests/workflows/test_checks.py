import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import click
import pytest
import yaml

from ogrom_tools.dev.completion import programs
from ogrom_tools.dev.sessions import functions
from ogrom_tools.projects import ROOT

pytestmark = pytest.mark.slow

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: str(file.name))

NOXFILE = (ROOT / "noxfile.py").read_text(encoding="utf-8")


def check(program: str, *arguments: str | Path) -> tuple[int, str]:
    """Run a program of this environment, by itself and offline."""
    folder = Path(sys.executable).parent
    env = {"PATH": os.pathsep.join([str(folder), os.environ["PATH"]]), "HOME": "/nonexistent"}
    command = [folder / program, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=env, cwd=ROOT, timeout=300
    )
    return done.returncode, done.stdout + done.stderr


def check_schema(*files: Path) -> tuple[int, str]:
    return check("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)


def check_meaning(*files: Path) -> tuple[int, str]:
    return check("actionlint", "-no-color", *files)


def check_security(*files: Path) -> tuple[int, str]:
    options = ("--offline", "--strict-collection", "--no-progress", "--persona=auditor")
    return check("zizmor", *options, f"--config={GITHUB / 'zizmor.yml'}", *files)


CHECKS = {"schema": check_schema, "meaning": check_meaning, "security": check_security}


@pytest.mark.parametrize("name", CHECKS)
def test_our_workflows_pass_the_checkers(name: str) -> None:
    """check-jsonschema, actionlint with shellcheck, and zizmor."""
    code, output = CHECKS[name](*WORKFLOWS)
    assert code == 0, output


CI = (GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8")

DEFECTS = {
    "a job without a runner": ("schema", "    runs-on: ubuntu-24.04\n    timeout", "    timeout", "runs-on"),
    "a timeout that is no number": (
        "schema",
        "timeout-minutes: 10",
        "timeout-minutes: soon",
        "timeout-minutes",
    ),
    "an unknown key": ("schema", "fail-fast:", "fail-slow:", "fail-slow"),
    "an output that no job has": (
        "meaning",
        "needs.plan.outputs.any ==",
        "needs.plan.outputs.some ==",
        "some",
    ),
    "a job that is not there": ("meaning", "needs: plan", "needs: plant", "plant"),
    "an unknown runner": ("meaning", "ubuntu-24.04", "ubuntu-24.40", "ubuntu-24.40"),
    "a key that no matrix has": ("meaning", "matrix.python }}", "matrix.snake }}", "snake"),
    "a word that the shell splits": ("meaning", '"$SINCE"', "$SINCE", "SC2086"),
    "a title that becomes a command": (
        "security",
        '"$SINCE"',
        "${{ github.event.pull_request.title }}",
        "template-injection",
    ),
    "an action by its tag": (
        "security",
        "setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97",
        "setup-python@v7",
        "unpinned",
    ),
    "a token left in the checkout": ("security", "credentials: false", "credentials: true", "artipacked"),
    "permissions for everybody": (
        "security",
        "permissions: {}",
        "permissions: write-all",
        "excessive-permissions",
    ),
    "a trigger with secrets for strangers": (
        "security",
        "pull_request:",
        "pull_request_target:",
        "dangerous-triggers",
    ),
    "a file that is no workflow": ("security", "jobs:", "job:", "no audit was performed"),
}


@pytest.mark.parametrize(("name", "old", "new", "found"), DEFECTS.values(), ids=DEFECTS.keys())
def test_the_checkers_find_what_they_are_for(
    tmp_path: Path, name: str, old: str, new: str, found: str
) -> None:
    """Each by itself, in our own workflow with one defect."""
    assert old in CI
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    file = folder / "ci.yml"
    file.write_text(CI.replace(old, new), encoding="utf-8")
    code, output = CHECKS[name](file)
    assert code != 0
    assert found in output


HISTORY = {"affected", "bench", "index", "image", "pin", "prove", "rehearse", "test", "verify"}
"""The sessions that look at git's history."""


BUILDS = {"bench", "image", "index", "pin", "rehearse", "release", "test", "tox", "verify", "wheels"}
"""The sessions that build or run what others have written."""


def problems(text: str) -> Iterator[str]:
    """Where a workflow does not keep the rules of this house."""
    workflow: dict[Any, Any] = yaml.safe_load(text)
    if workflow.get("permissions") != {}:
        yield "permissions for all jobs"
    if "cancel-in-progress" not in workflow.get("concurrency", {}):
        yield "no word on two runs at once"
    for use in re.findall(r"uses: (.*)", text):
        if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml", use):
            yield f"{use} is not pinned"
    jobs = workflow["jobs"]
    behind = {name for name, job in jobs.items() if job.get("needs") == "gate"}
    if "gate" in jobs and (missing := jobs.keys() - {"gate", *jobs["gate"]["needs"]} - behind):
        yield f"the gate does not wait for {', '.join(missing)}"
    if "deploy.yml" in text and "deploy" not in behind:
        yield "a deploy that does not wait for the gate"
    for name, job in jobs.items():
        yield from (f"{name}: {problem}" for problem in job_problems(job))


def job_problems(job: dict[str, Any]) -> Iterator[str]:
    if "permissions" not in job:
        yield "no word on what it may do"
    steps = job.get("steps", ())
    if steps and "timeout-minutes" not in job:
        yield "no word on how long it may take"
    may_write = set(job.get("permissions", {}).values()) != {"read"} or "secrets." in str(job)
    if steps and may_write and "environment" not in job:
        yield "power outside of an environment"
    runs = [step for step in steps if "run" in step]
    if "id-token" in job.get("permissions", {}) and any(map(builds, runs)):
        yield "what it builds could take the token"
    for step in runs:
        with mock.patch.dict(os.environ, values(step.get("env", {}), job)):
            yield from line_problems(step["run"])
    whole = any(step.get("with", {}).get("fetch-depth") == 0 for step in steps)
    if not whole and any(step["run"].split()[1] in HISTORY for step in runs):
        yield "it needs git's history, and does not fetch it"


def builds(step: dict[str, Any]) -> bool:
    name, *arguments = shlex.split(step["run"])[1:]
    return name in BUILDS or (name == "publish" and "--no-build" not in arguments)


def values(env: dict[str, str], job: dict[str, Any]) -> dict[str, str]:
    """What a step's variables may be: of a matrix the first, of what else GitHub fills in an example."""
    matrix = job.get("strategy", {}).get("matrix", {})
    example = {
        f"${{{{ matrix.{key} }}}}": found[0] for key, found in matrix.items() if isinstance(found, list)
    }
    return {key: example.get(text, re.sub(r"\$\{\{.*", "core-v1.2.3", text)) for key, text in env.items()}


def line_problems(line: str) -> Iterator[str]:
    """Whether a `run` is a session of ours, with arguments that it takes."""
    command, name, *arguments = shlex.split(re.sub(r">.*", "", line))
    if "\n" in line or command != "./dev" or name not in functions(NOXFILE):
        yield f"{line!r} is no session"
        return
    for program in programs(name, functions(NOXFILE)[name]):
        try:
            parse(program.command[-1], arguments)
        except click.UsageError as problem:
            yield f"{line!r}: {problem.format_message()}"


def parse(module: str, arguments: list[str]) -> None:
    """Read the arguments of a command of the tools without running it; those of other programs are not read."""
    if not module.startswith("ogrom_tools."):
        return
    found = importlib.import_module(module)
    if hasattr(found, "__path__"):
        found = importlib.import_module(f"{module}.__main__")
    if isinstance(main := getattr(found, "main", None), click.Command):
        main.make_context("main", [os.path.expandvars(each) for each in arguments])


@every_workflow
def test_our_workflows_keep_the_rules_of_the_house(workflow: Path) -> None:
    """What CI does, anybody can do; and no job may more than it must."""
    assert list(problems(workflow.read_text(encoding="utf-8"))) == []


BROKEN = {
    "an action without its version": ("ci", " # v7.0.1", "", "is not pinned"),
    "rights for all": ("ci", "permissions: {}", "permissions:\n  contents: read", "permissions for all jobs"),
    "rights for nobody in particular": (
        "deploy",
        "    permissions:\n      contents: read\n    steps:",
        "    steps:",
        "what it may do",
    ),
    "two runs at once": ("deploy", "  cancel-in-progress: false\n", "", "two runs at once"),
    "a job without an end": ("deploy", "    timeout-minutes: 15\n", "", "how long it may take"),
    "a token outside of an environment": (
        "release",
        "    environment: release\n",
        "",
        "publish: power outside",
    ),
    "a secret outside of an environment": ("pin", "    environment: pins\n", "", "pin: power outside"),
    "a gate that forgets a job": (
        "ci",
        "[plan, whole, test]",
        "[plan, whole]",
        "the gate does not wait for test",
    ),
    "a deploy of what CI has not passed": ("ci", "needs: gate", "needs: whole", "does not wait for the gate"),
    "a token where things are built": (
        "deploy",
        'run: ./dev push --load "$RUNNER_TEMP/image.tar" --github',
        "run: ./dev image",
        "deploy: what it builds could take the token",
    ),
    "a token where wheels may be built": (
        "release",
        "./dev publish --no-build",
        "./dev publish",
        "publish: what it builds could take the token",
    ),
    "a shallow clone": ("ci", "          fetch-depth: 0\n", "", "plan: it needs git's history"),
    "a command of its own": ("ci", "run: ./dev lint", "run: ruff check", "'ruff check' is no session"),
    "two commands": (
        "ci",
        "run: ./dev lint",
        "run: |\n          ./dev lint\n          ./dev types",
        "no session",
    ),
    "a session that is gone": ("ci", "./dev wheels", "./dev wheel", "'./dev wheel' is no session"),
    "an option that is gone": ("deploy", "--pinned", "--pins", "No such option '--pins'"),
    "an option without its value": ("ci", '--since "$SINCE" ', "", "Missing option '--since'"),
}


@pytest.mark.parametrize(("name", "old", "new", "found"), BROKEN.values(), ids=BROKEN.keys())
def test_a_rule_that_is_broken_is_noticed(name: str, old: str, new: str, found: str) -> None:
    """In our own workflows with one defect."""
    text = (GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    assert old in text
    assert found in "\n".join(problems(text.replace(old, new)))
