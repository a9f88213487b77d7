"""What a job tells GitHub: the outputs of a step, and a block in the job's summary (`./dev summary`)."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from ogrom_tools.command import Failed
from ogrom_tools.projects import ROOT


def write_outputs(**values: str) -> None:
    """Add outputs to the running step of a GitHub workflow.

    Raises:
        Failed: this is not such a step.
    """
    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        raise Failed("--github is for a step of a workflow, where GITHUB_OUTPUT names a file.")
    with Path(path).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("title")
@click.argument("session", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--dev", type=click.Path(path_type=Path), default=ROOT / "dev", hidden=True)
def main(title: str, session: tuple[str, ...], dev: Path) -> NoReturn:
    """Run a SESSION with its arguments, add its output to the job's summary under TITLE, and exit as it does."""
    with subprocess.Popen(
        [dev, *session], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line)
            print(line, end="", flush=True)
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8") as summary:
            # Four backticks, since the output may hold three.
            summary.write(f"### {title}\n\n````text\n{''.join(lines).rstrip()}\n````\n\n")
    sys.exit(running.returncode)


if __name__ == "__main__":
    main(prog_name="./dev summary")
