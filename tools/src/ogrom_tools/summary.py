"""Shows what a session prints in the summary of a GitHub job, too, in a block of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from ogrom_tools.projects import ROOT

VARIABLE = "GITHUB_STEP_SUMMARY"
"""Names the file that GitHub shows."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("title")
@click.argument("session", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--dev", type=click.Path(path_type=Path), default=ROOT / "dev", hidden=True)
def main(title: str, session: tuple[str, ...], dev: Path) -> NoReturn:
    """Run a SESSION with its arguments, and show under TITLE what it prints; it ends as the session does."""
    with subprocess.Popen(
        [dev, *session], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line)
            print(line, end="", flush=True)
    if file := os.environ.get(VARIABLE):
        with Path(file).open("a", encoding="utf-8") as summary:
            # Four: what is printed may have three.
            summary.write(f"### {title}\n\n````text\n{''.join(lines).rstrip()}\n````\n\n")
    sys.exit(running.returncode)


if __name__ == "__main__":
    main(prog_name="./dev summary")
