"""Tries a service with its released clients, which people go on using when it is deployed.

A client brings the program: the script `smoke` of an npm package, or `smoke.py` in a library's folder, which runs on
the wheel in an environment of its own. OGROM_URL is where the service is, and with OGROM_TOKEN user 1 may write.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from ogrom_tools import index
from ogrom_tools.command import Failed, run, uv
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, WHEEL, Ledger, Release
from ogrom_tools.npm.trial import run_smoke
from ogrom_tools.wheelhouse import Wheelhouse

SMOKE = "smoke.py"

SECONDS = 120
"""How long the service may take to become ready."""

_HOME = re.compile(r"home\W+(http://127\.0\.0\.1:\d+)/")
_SCOPES = ("collages:write", "comments:write", "likes:write")


def clients(repository: Repository, ledger: Ledger, pinned: Iterable[Release]) -> tuple[Release, ...]:
    """The clients among these: the last release of each project, and what a service pins."""
    lasts = (ledger.last(name) for name in dict.fromkeys(each.project for each in ledger))
    found = dict.fromkeys((*filter(None, lasts), *pinned))
    return tuple(each for each in found if each.kind == NPM or repository.has(f"{each.tree}:{SMOKE}"))


def tried(
    wheelhouse: Wheelhouse, ledger: Ledger, releases: Iterable[Release], programs: Path
) -> Iterator[str]:
    """Let each of these clients use the service, one after the other; a sentence for each.

    Args:
        wheelhouse: of the workspace whose history holds the clients.
        ledger: what a library's client is installed from, as others install it.
        releases: the clients.
        programs: the folder of the service's programs, an environment's `bin`.

    Raises:
        Failed: the service does not start, or a client does not work with it.
    """
    todo = list(releases)
    if not todo:
        return
    wheels = wheelhouse.wheels(each for each in ledger if each.kind == WHEEL)
    repository = Repository(wheelhouse.workspace.root)
    with (
        tempfile.TemporaryDirectory() as folder,
        index.serving(index.made(Path(folder), wheels)) as url,
        serving(programs) as variables,
    ):
        for each in todo:
            try:
                _try(repository, each, url, variables)
            except Failed as problem:
                raise Failed(
                    f"{each}, which is released, does not work with the service:\n{problem}"
                ) from problem
            yield f"{each} works with it"


def _try(repository: Repository, release: Release, url: str, variables: Mapping[str, str]) -> None:
    words = [f"{name}={value}" for name, value in variables.items()]
    if release.kind == NPM:
        run_smoke(repository, release, *words)
        return
    with tempfile.TemporaryDirectory() as name:
        folder, python = Path(name) / "client", Path(name) / "venv" / "bin" / "python"
        repository.export(release.tree, folder)
        uv("venv", f"--python={sys.executable}", str(python.parents[1]))
        wanted = f"{release.distribution}=={release.version}"
        uv("pip", "install", f"--python={python}", f"--index={url}", wanted)
        run("env", *words, str(python), SMOKE, folder=folder)


@contextmanager
def serving(programs: Path) -> Iterator[Mapping[str, str]]:
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
                (program, "serve", "--migrate", "--port=0", "--demo-products=40"),
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
