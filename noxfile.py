"""The sessions of the monorepo: `./dev` lists them, `./dev NAME` runs one. The work is done in tools/."""

import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

import nox

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tools" / "src"))

from ogrom_tools import system  # noqa: E402
from ogrom_tools.development import provide_key  # noqa: E402
from ogrom_tools.environment import Environment, Tree  # noqa: E402
from ogrom_tools.gate import check as check_jobs  # noqa: E402
from ogrom_tools.lock import lock as write_locks  # noqa: E402
from ogrom_tools.pins.released import Released  # noqa: E402
from ogrom_tools.projects import discover  # noqa: E402
from ogrom_tools.test.selection import BENCH  # noqa: E402
from ogrom_tools.test.suites import STYLE, TYPES  # noqa: E402

nox.needs_version = ">=2026.10"
# Sessions share the two environments below; nox would make one for each.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["check"]
# "Running session serve" above a server's own lines helps nobody.
logging.getLogger("nox").addFilter(lambda record: record.levelname != "SESSION_INFO")

WORKSPACE = discover(ROOT)
SERVICE = WORKSPACE["api-run"]
RELEASED = Released(WORKSPACE, SERVICE)
RUN = Environment(ROOT / ".nox" / "run", RELEASED)
TEST = Environment(ROOT / ".nox" / "test", Tree(WORKSPACE))
DEVELOPMENT_KEY = ROOT / ".nox" / "development.key"


@nox.session
def serve(session: nox.Session) -> None:
    """Serve the API from the pinned releases; with --tree from the work tree, again with each saved file."""
    provide_key(DEVELOPMENT_KEY)
    if _wants_tree(session):
        _become_watch(*session.posargs)
    _become(RUN, "ogrom-api", "serve", *session.posargs)


@nox.session
def api(session: nox.Session) -> None:
    """Run any command of ogrom-api, such as routes, openapi or token; with --tree that of the work tree."""
    provide_key(DEVELOPMENT_KEY)
    _become(TEST if _wants_tree(session) else RUN, "ogrom-api", *session.posargs)


@nox.session
def pin(session: nox.Session) -> None:
    """Upgrade what the service runs on: `pin core [1.2.3]`, or all that can be: `pin --all`."""
    _tool(session, "pins", *session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Run everything; what a change can touch: `test --affected`; or some projects: `test http core -k etag`."""
    _tool(session, "test", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Check what is quick to check: lint, types, and the tests that need no server."""
    _tool(session, "check", *session.posargs)


@nox.session
def prove(session: nox.Session) -> None:
    """Prove what takes hours, again and again: `prove histories`, or another one of docs/testing.md."""
    _tool(session, "proofs", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send requests that nobody thought of to our server and to h11, and compare: `fuzz [--times N]`."""
    _tool(session, "proofs", "requests", *session.posargs)


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
    for suite in STYLE:
        _run(session, *suite.command)


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy --strict and pyright."""
    TEST.sync()
    for suite in TYPES:
        _run(session, *suite.command)


@nox.session
def wheels(session: nox.Session) -> None:
    """Build each wheel and test it alone in an empty environment, on a second Python if there is one."""
    _tool(session, "wheels", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in what is pinned, in a local copy of OSV's database: `audit [--fetch]`."""
    _tool(session, "audit", *session.posargs)


@nox.session
def workflows(session: nox.Session) -> None:
    """Run the workflows of .github on this machine: a push, and what CI does then: `workflows [SCENARIO]`."""
    _tool(session, "workflows", *session.posargs)


@nox.session
def tox(session: nox.Session) -> None:
    """Test a project on every Python here, at the lowest and highest releases it runs on: `tox core`."""
    TEST.sync()
    system.ensure(WORKSPACE, (each for each in WORKSPACE if each.name in session.posargs[:1]))
    _tool(session, "matrix", *session.posargs)


@nox.session
def graph(session: nox.Session) -> None:
    """Lay out the decision graph anew, for its picture and docs/graph.*; needs Graphviz."""
    TEST.sync()
    _run(session, "python", str(ROOT / "libs" / "http" / "tests" / "drawing" / "place_graph.py"))
    for form, name in (("svg", "graph.svg"), ("markdown", "graph.md")):
        _run(session, "ogrom-api", "graph", "--form", form, "--output", str(ROOT / "docs" / name))


@nox.session
def conformance(session: nox.Session) -> None:
    """Decide runs of Liberator again with our engine: `conformance FILE [--json]`, or `--random 1000`."""
    TEST.sync()
    _run(session, "python", "-m", "libs.http.tests.conformance", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure beside peers, an hour, or only a part: `bench [NAME] [--quick] [--docs docs]`."""
    TEST.sync()
    system.ensure(WORKSPACE, (), BENCH)
    named = bool(session.posargs) and not session.posargs[0].startswith("-")
    name = f"bench.{session.posargs.pop(0)}" if named else "bench"
    _run(session, "python", "-m", name, *session.posargs)


@nox.session
def rehearse(session: nox.Session) -> None:
    """Rehearse a deploy under load, and report: `rehearse [--short] [--scenario NAME] [--in containers]`."""
    TEST.sync()
    system.ensure(WORKSPACE, [WORKSPACE["beanstalk"]])
    _run(session, "python", "-m", "ogrom_deploy.rehearsal", *session.posargs)


@nox.session(name="api-diff")
def api_diff(session: nox.Session) -> None:
    """Tell what changed in a lib's public API since its release: `api-diff core [--against 1.0.0] [--json]`."""
    _tool(session, "api", *session.posargs)


@nox.session
def image(session: nox.Session) -> None:
    """Build what production runs, and tell its size and start-up time: `image [REVISION] [--base debian]`."""
    _tool(session, "image", *session.posargs)


@nox.session
def push(session: nox.Session) -> None:
    """Push the image that was built to ECR, once for each revision: `push [REVISION] --to REPOSITORY`."""
    _tool(session, "push", *session.posargs)


@nox.session
def deploy(session: nox.Session) -> None:
    """Run any command of ogrom-deploy, such as plan, apply, rollback or status (docs/deploy.md)."""
    _become(TEST, "ogrom-deploy", *session.posargs)


@nox.session
def index(session: nox.Session) -> None:
    """Make the index of all releases from history, and serve it on this machine: `index [--refresh]`."""
    _tool(session, "index", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Release libraries, all or none: `release core http=minor`, or `release --changed --pin [--dry-run]`."""
    _tool(session, "release", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin the environments' packages anew; options are those of `uv pip compile`, such as --upgrade."""
    write_locks(WORKSPACE, session.posargs)
    if RELEASED.lock.exists():
        _tool(session, "pins", "--lock")


@nox.session
def status(session: nox.Session) -> None:
    """Show how each lib stands: released, changed since, what that needs, who is behind: `status [--json]`."""
    _tool(session, "status", *session.posargs)


@nox.session
def affected(session: nox.Session) -> None:
    """Show the projects touched since a commit, with all that depend on them: `affected --since REF`."""
    _tool(session, "affected", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Build released wheels again from history and compare them with the ledger: `verify [core] [--tag TAG]`."""
    _tool(session, "verify", *session.posargs)


@nox.session
def publish(session: nox.Session) -> None:
    """Bring an index up to what the ledger says, as often as one likes: `publish [--store URL]`."""
    _tool(session, "publish", *session.posargs)


@nox.session
def yank(session: nox.Session) -> None:
    """Take a release back, and tell who pins it: `yank core 1.2.3 --reason "..."`."""
    _tool(session, "yank", *session.posargs)


@nox.session
def summary(session: nox.Session) -> None:
    """Show what a session prints in the summary of a job of CI too: `summary TITLE SESSION [ARGUMENT ...]`."""
    _tool(session, "summary", *session.posargs)


@nox.session
def completion(session: nox.Session) -> None:
    """Print what a shell needs to complete `./dev`, and README.md tells where: `completion bash|zsh|fish`."""
    session.run(str(ROOT / "dev"), "completion", *session.posargs, external=True)


@nox.session
def gate(session: nox.Session) -> None:
    """Fail unless CI's other jobs have done their work: NEEDS holds GitHub's account of them."""
    check_jobs(os.environ.get("NEEDS", ""))


def _wants_tree(session: nox.Session) -> bool:
    """Whether the work tree is to run: it was said, or there is nothing else."""
    if "--tree" in session.posargs:
        session.posargs.remove("--tree")
        return True
    if not RELEASED.lock.exists():
        session.warn("Nothing is released and pinned yet, so this is the work tree.")
        return True
    return False


def _become_watch(*arguments: str) -> NoReturn:
    """Become the program that serves the work tree and starts it again with each saved file."""
    folders = [str(each.sources) for each in (*WORKSPACE.needs(SERVICE), SERVICE)]
    command = (TEST.command("ogrom-api"), "serve", *arguments)
    _become(TEST, "python", "-m", "ogrom_tools.watch", *folders, "--", *command)


def _become(environment: Environment, name: str, *arguments: str) -> NoReturn:
    """Replace nox by a program, so that signals reach it and nothing is printed after it."""
    environment.sync()
    program = environment.command(name)
    os.execv(program, [program, *arguments])  # noqa: S606


def _run(session: nox.Session, program: str, *arguments: str) -> None:
    # Else nox puts both streams into one, and what is for a program shall stand alone.
    session.run(TEST.command(program), *arguments, external=True, stderr=None)


def _tool(session: nox.Session, name: str, *arguments: str) -> None:
    """Run a command of the tools: the module `ogrom_tools.NAME`."""
    TEST.sync()
    _run(session, "python", "-m", f"ogrom_tools.{name}", *arguments)
