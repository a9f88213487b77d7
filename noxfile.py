"""The sessions of the monorepo: `./dev` lists them, `./dev NAME` runs one. The work is done in tools/."""

import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

import nox

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tools" / "src"))

from ogrom_tools import system, wheels as wheel_tools  # noqa: E402
from ogrom_tools.environment import Environment  # noqa: E402
from ogrom_tools.lock import lock as write_locks  # noqa: E402
from ogrom_tools.projects import discover  # noqa: E402
from ogrom_tools.selection import Selection, select  # noqa: E402

nox.needs_version = ">=2026.10"
# Sessions share the two environments below; nox would make one for each.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["check"]
# "Running session serve" above a server's own lines helps nobody.
logging.getLogger("nox").addFilter(lambda record: record.levelname != "SESSION_INFO")

WORKSPACE = discover(ROOT)
RUN = Environment("run", WORKSPACE)
TEST = Environment("test", WORKSPACE)


@nox.session
def serve(session: nox.Session) -> None:
    """Serve the API with demo data; options are those of `ogrom-api serve`, such as --port 9000."""
    _become_api("serve", *session.posargs)


@nox.session
def api(session: nox.Session) -> None:
    """Run any command of ogrom-api, such as routes, openapi or graph."""
    _become_api(*session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Run everything; or only the tests of projects, with options of pytest: `test http core -k etag`."""
    TEST.sync()
    selection = select(WORKSPACE, session.posargs)
    system.ensure(WORKSPACE, selection.projects)
    if not session.posargs:
        _lint(session)
        _types(session)
    _pytest(session, selection)
    if not session.posargs:
        _wheels(session)


@nox.session
def check(session: nox.Session) -> None:
    """Check what is quick to check: lint, types, and the tests that need no server."""
    TEST.sync()
    _lint(session)
    _types(session)
    _pytest(session, select(WORKSPACE, session.posargs), "-m", "not slow")


@nox.session
def format(session: nox.Session) -> None:
    """Put the code into its form and mend what ruff can mend."""
    TEST.sync()
    _run(session, "ruff", "check", "--fix-only")
    _run(session, "ruff", "format")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, form and which way imports go."""
    TEST.sync()
    _lint(session)


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy --strict and pyright."""
    TEST.sync()
    _types(session)


@nox.session
def wheels(session: nox.Session) -> None:
    """Build each wheel and test it alone in an empty environment, on a second Python if there is one."""
    system.ensure(WORKSPACE, WORKSPACE.released)
    _wheels(session)


@nox.session
def graph(session: nox.Session) -> None:
    """Lay out the decision graph anew, for its picture and docs/graph.*; needs Graphviz."""
    TEST.sync()
    _run(session, "python", "-m", "ogrom.http.drawing")
    for form, name in (("svg", "graph.svg"), ("markdown", "graph.md")):
        _run(session, "ogrom-api", "graph", "--form", form, "--output", str(ROOT / "docs" / name))


@nox.session
def conformance(session: nox.Session) -> None:
    """Run recorded runs of Liberator through our engine: `conformance FILE [--json]`."""
    TEST.sync()
    _run(session, "python", "-m", "ogrom.http.conformance", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure beside a peer: `bench http`, what deciding a request costs; `bench sources [--rows 1000000]`."""
    TEST.sync()
    name, *options = session.posargs or ["http"]
    _run(session, "python", "-m", f"bench.{name}", *options)


@nox.session
def release(session: nox.Session) -> None:
    """Release a library: `release core`, by the lowest legal version, or `release core minor --dry-run`."""
    _tool(session, "release", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin the environments' packages anew; options are those of `uv pip compile`, such as --upgrade."""
    write_locks(WORKSPACE, session.posargs)


def _become_api(*arguments: str) -> NoReturn:
    """Replace nox by the program, so that signals reach it and nothing is printed after it."""
    RUN.sync()
    program = RUN.command("ogrom-api")
    os.execv(program, [program, *arguments])  # noqa: S606


def _run(session: nox.Session, program: str, *arguments: str) -> None:
    session.run(TEST.command(program), *arguments, external=True)


def _tool(session: nox.Session, name: str, *arguments: str) -> None:
    """Run a command of the tools: the module `ogrom_tools.NAME`."""
    TEST.sync()
    _run(session, "python", "-m", f"ogrom_tools.{name}", *arguments)


def _lint(session: nox.Session) -> None:
    _run(session, "ruff", "check")
    _run(session, "ruff", "format", "--check")
    _run(session, "lint-imports", "--no-logo")


def _types(session: nox.Session) -> None:
    _run(session, "mypy")
    # By name: a pyrightconfig.json in any folder above would win.
    _run(session, "pyright", "--project", "pyproject.toml")


def _pytest(session: nox.Session, selection: Selection, *options: str) -> None:
    plugins = ("-p", "ogrom_tools.docs", "-p", "ogrom_tools.skips")
    paths = map(str, selection.paths)
    _run(session, "python", "-m", "pytest", *plugins, *options, *selection.options, *paths)


def _wheels(session: nox.Session) -> None:
    built = wheel_tools.build(WORKSPACE, ROOT / ".nox" / "wheels")
    for result in wheel_tools.try_all(WORKSPACE, built, wheel_tools.other_python()):
        session.log(result)
