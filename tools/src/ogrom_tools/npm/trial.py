"""Tries npm packages: by their own tests, and as clients of a service."""

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Release
from ogrom_tools.npm.node import npm
from ogrom_tools.npm.tarball import built

SMOKE = "smoke"
"""The script of package.json that uses a service."""


def run_tests(repository: Repository, release: Release) -> str:
    """Run a package's own tests; the last line of what they print that says how many pass, or the last one.

    Raises:
        Failed: some fail, or it cannot be built.
    """
    with built(repository, release.tree) as source:
        lines = npm(source, "run", "test", "--if-present").strip().splitlines()
    return ([each for each in lines if "pass" in each] or lines or ["it has no tests"])[-1]


def run_smoke(repository: Repository, release: Release, *variables: str) -> None:
    """Let a released client use a service, as its script `smoke` does.

    Args:
        repository: whose history the client is built from.
        release: the client.
        variables: for the script, such as `OGROM_URL=http://127.0.0.1:8080`.

    Raises:
        Failed: it could not; the text is what it printed.
    """
    with built(repository, release.tree) as source:
        npm(source, "run", SMOKE, around=("env", *variables))
