"""Tries a service with its released clients, which people go on using when it is deployed.

A client brings the program: the script `smoke` of an npm package, or `smoke.py` in a library's folder. OGROM_URL is
where the service is, and with OGROM_TOKEN user 1 may write.
"""

import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, Ledger, Release
from ogrom_tools.npm.trial import run_smoke

SMOKE = "smoke.py"

SECONDS = 120
"""How long the service may take to become ready."""

_HOME = re.compile(r"home\W+(http://127\.0\.0\.1:\d+)/")
_SCOPES = ("collages:write", "comments:write", "likes:write")


def clients(repository: Repository, ledger: Ledger, pinned: Iterable[Release]) -> tuple[Release, ...]:
    """The last release of each npm package, and of what a service pins what has a program for this."""
    names = dict.fromkeys(each.project for each in ledger if each.kind == NPM)
    packages = tuple(last for name in names if (last := ledger.last(name)))
    return (*packages, *(each for each in pinned if repository.has(f"{each.tree}:{SMOKE}")))


def tried(repository: Repository, releases: Iterable[Release], programs: Path) -> Iterator[str]:
    """Let each of these clients use the service, one after the other; a sentence for each.

    Args:
        repository: whose history holds the clients.
        releases: the clients.
        programs: the folder of the service's programs, an environment's `bin`.

    Raises:
        Failed: the service does not start, or a client does not work with it.
    """
    todo = list(releases)
    if not todo:
        return
    with _serving(programs) as variables:
        for each in todo:
            try:
                _try(repository, each, programs, variables)
            except Failed as problem:
                raise Failed(
                    f"{each}, which is released, does not work with the service:\n{problem}"
                ) from problem
            yield f"{each} works with it"


def _try(repository: Repository, release: Release, programs: Path, variables: Mapping[str, str]) -> None:
    words = [f"{name}={value}" for name, value in variables.items()]
    if release.kind == NPM:
        run_smoke(repository, release, *words)
        return
    with tempfile.TemporaryDirectory() as name:
        repository.export(release.tree, Path(name))
        run("env", *words, str(programs / "python"), SMOKE, folder=Path(name))


@contextmanager
def _serving(programs: Path) -> Iterator[Mapping[str, str]]:
    """The service on a small demo shop, until the block is left; the variables that tell a client of it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("OGROM_")}
    environment = {**ours, "OGROM_TOKEN_KEY": secrets.token_hex(32), "NO_COLOR": "1"}
    program = str(programs / "ogrom-api")
    scopes = [f"--scope={each}" for each in _SCOPES]
    with tempfile.TemporaryDirectory() as folder:
        token = subprocess.run(
            (program, "token", "--user=1", *scopes),
            env=environment,
            cwd=folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()
        with (
            (Path(folder) / "log").open("w+") as log,
            subprocess.Popen(
                (program, "serve", "--port=0", "--demo-products=40"),
                env=environment,
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as process,
        ):
            late = Timer(SECONDS, process.kill)
            late.start()
            try:
                assert process.stdout
                lines = iter(process.stdout.readline, "")
                url = next((found[1] for line in lines if (found := _HOME.search(line))), "")
                late.cancel()
                if not url:
                    log.seek(0)
                    raise Failed(f"{program} serve did not start:\n{log.read()}")
                yield {"OGROM_URL": url, "OGROM_TOKEN": token}
            finally:
                late.cancel()
                process.terminate()
