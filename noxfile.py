"""The sessions of the monorepo: `./dev` lists them, `./dev NAME` runs one. The work is done in tools/."""

import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

import nox

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tools" / "src"))

from ogrom_tools.environment import Environment, Tree  # noqa: E402
from ogrom_tools.pins.released import Released  # noqa: E402
from ogrom_tools.projects import discover  # noqa: E402
from ogrom_tools.requirements import lock as write_locks  # noqa: E402
from ogrom_tools.serve.token_key import provide_key  # noqa: E402
from ogrom_tools.test import debian  # noqa: E402
from ogrom_tools.test.suites import BENCH, STYLE, TYPES  # noqa: E402
from ogrom_tools.workflows.gate import check as check_jobs  # noqa: E402

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
    """Serve the API from the pinned releases; with --tree from the work tree, restarted at each saved file."""
    provide_key(DEVELOPMENT_KEY)
    # It migrates, since nobody else shares a database of development.
    if _wants_tree(session):
        _become_watch("serve", "--migrate", *session.posargs)
    _become(RUN, "ogrom-api", "serve", "--migrate", *session.posargs)


@nox.session
def api(session: nox.Session) -> None:
    """Run any command of ogrom-api, such as routes, openapi or token; with --tree from the work tree."""
    provide_key(DEVELOPMENT_KEY)
    _become(TEST if _wants_tree(session) else RUN, "ogrom-api", *session.posargs)


@nox.session
def pin(session: nox.Session) -> None:
    """Upgrade the libraries that the service runs on: `pin core [1.2.3]`, or everything: `pin --all`."""
    _tool(session, "pins", *session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Run everything; what a change affects: `test --affected`; or some projects: `test http core -k etag`."""
    _tool(session, "test", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Run the quick checks: lint, types, and the tests that need no server."""
    _tool(session, "test.check", *session.posargs)


@nox.session
def prove(session: nox.Session) -> None:
    """Run a proof that takes hours, such as `prove histories`; docs/testing.md lists them."""
    _tool(session, "test.proofs", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send random requests to our server and to h11, and compare: `fuzz [--times N]`."""
    _tool(session, "test.proofs", "requests", *session.posargs)


@nox.session
def format(session: nox.Session) -> None:
    """Format the code, and fix what ruff can fix."""
    TEST.sync()
    _run(session, "ruff", "check", "--fix-only")
    _run(session, "ruff", "format")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the direction of imports."""
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
    _tool(session, "test.wheels", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in the pinned packages, in a copy of OSV's database: `audit [--fetch]`."""
    _tool(session, "audit", *session.posargs)


@nox.session
def workflows(session: nox.Session) -> None:
    """Run the workflows of .github on this machine: a push, and what CI does then: `workflows [SCENARIO]`."""
    _tool(session, "workflows", *session.posargs)


@nox.session
def tox(session: nox.Session) -> None:
    """Test a project on every installed Python, with the lowest and highest releases it allows: `tox core`."""
    TEST.sync()
    debian.ensure(WORKSPACE, (each for each in WORKSPACE if each.name in session.posargs[:1]))
    _tool(session, "tox", *session.posargs)


@nox.session
def graph(session: nox.Session) -> None:
    """Draw the decision graph again, for its picture and docs/graph.*; needs Graphviz."""
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
    """Compare with peers, in an hour, or run one benchmark: `bench [NAME] [--quick] [--docs docs]`."""
    TEST.sync()
    debian.ensure(WORKSPACE, (), BENCH)
    named = bool(session.posargs) and not session.posargs[0].startswith("-")
    name = f"bench.{session.posargs.pop(0)}" if named else "bench"
    _run(session, "python", "-m", name, *session.posargs)


@nox.session
def rehearse(session: nox.Session) -> None:
    """Rehearse a deploy under load, and report: `rehearse [--short] [--scenario NAME] [--in containers]`."""
    TEST.sync()
    debian.ensure(WORKSPACE, [WORKSPACE["rehearsal"]])
    _run(session, "python", "-m", "ogrom_rehearsal", *session.posargs)


@nox.session(name="api-diff")
def api_diff(session: nox.Session) -> None:
    """Show what changed in a lib's public API since its release: `api-diff core [--against 1.0.0] [--json]`."""
    _tool(session, "api", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Write the next version of the contract with clients: `contract [--reason TEXT]`."""
    _tool(session, "contracts", *session.posargs)


@nox.session(name="contract-diff")
def contract_diff(session: nox.Session) -> None:
    """Show what the API's clients notice between two descriptions: `contract-diff OLD [NEW] [--changelog]`."""
    _tool(session, "contract", *session.posargs)


@nox.session
def client(session: nox.Session) -> None:
    """Write what ogrom-client has from the contract, its last version or another: `client [VERSION | tree]`."""
    _tool(session, "client", *session.posargs)


@nox.session
def image(session: nox.Session) -> None:
    """Build what production runs, and show its size and start-up time: `image [REVISION] [--base debian]`."""
    _tool(session, "image", *session.posargs)


@nox.session
def push(session: nox.Session) -> None:
    """Push a revision's image to ECR, once: `push [REVISION] --to REPOSITORY`."""
    _tool(session, "image.push", *session.posargs)


@nox.session
def deploy(session: nox.Session) -> None:
    """Run any command of ogrom-deploy, such as plan, apply, rollback or status (docs/deploy.md)."""
    _become(TEST, "ogrom-deploy", *session.posargs)


@nox.session
def index(session: nox.Session) -> None:
    """Build the index of all releases from history, and serve it on this machine: `index [--refresh]`."""
    _tool(session, "index", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Release libraries, all or none: `release core http=minor`, or `release --changed --pin [--dry-run]`."""
    _tool(session, "release", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin the environments' packages again; options are those of `uv pip compile`, such as --upgrade."""
    write_locks(WORKSPACE, session.posargs)
    if RELEASED.lock.exists():
        _tool(session, "pins", "--lock")


@nox.session
def status(session: nox.Session) -> None:
    """Show each lib's release, what changed since, what that needs, and who is behind: `status [--json]`."""
    _tool(session, "status", *session.posargs)


@nox.session
def affected(session: nox.Session) -> None:
    """Show the projects changed since a commit, with all that depend on them: `affected --since REF`."""
    _tool(session, "test.affected", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Rebuild releases from history and compare them with the ledger: `verify [core] [--pinned | --schema]`."""
    _tool(session, "release.verify", *session.posargs)


@nox.session
def publish(session: nox.Session) -> None:
    """Bring an index up to date with the ledger, as often as you like: `publish [--store URL]`."""
    _tool(session, "publish", *session.posargs)


@nox.session
def yank(session: nox.Session) -> None:
    """Yank a release, and show who pins it: `yank core 1.2.3 --reason "..."`."""
    _tool(session, "release.yank", *session.posargs)


@nox.session
def summary(session: nox.Session) -> None:
    """Run a session, and add its output to the CI job's summary: `summary TITLE SESSION [ARGUMENT ...]`."""
    _tool(session, "github", *session.posargs)


@nox.session
def completion(session: nox.Session) -> None:
    """Print the script that completes `./dev` in a shell (README.md says how): `completion bash|zsh|fish`."""
    session.run(str(ROOT / "dev"), "completion", *session.posargs, external=True)


@nox.session
def gate(session: nox.Session) -> None:
    """Fail unless CI's other jobs succeeded; NEEDS holds their results."""
    check_jobs(os.environ.get("NEEDS", ""))


def _wants_tree(session: nox.Session) -> bool:
    """Whether to run the work tree: because of --tree, or because nothing is released yet."""
    if "--tree" in session.posargs:
        session.posargs.remove("--tree")
        return True
    if not RELEASED.lock.exists():
        session.warn("Nothing is released and pinned yet, so this is the work tree.")
        return True
    return False


def _become_watch(*arguments: str) -> NoReturn:
    """Become the program that serves the work tree and restarts at each saved file."""
    folders = [str(each.sources) for each in (*WORKSPACE.needs(SERVICE), SERVICE)]
    command = (TEST.command("ogrom-api"), *arguments)
    _become(TEST, "python", "-m", "ogrom_tools.serve.watch", *folders, "--", *command)


def _become(environment: Environment, name: str, *arguments: str) -> NoReturn:
    """Replace nox by a program, so that signals reach it and nothing is printed after it."""
    environment.sync()
    program = environment.command(name)
    os.execv(program, [program, *arguments])  # noqa: S606


def _run(session: nox.Session, program: str, *arguments: str) -> None:
    # Otherwise nox merges both streams, and stdout may be for a program.
    session.run(TEST.command(program), *arguments, external=True, stderr=None)


def _tool(session: nox.Session, name: str, *arguments: str) -> None:
    """Run a command of the tools: the module `ogrom_tools.NAME`."""
    TEST.sync()
    _run(session, "python", "-m", f"ogrom_tools.{name}", *arguments)
