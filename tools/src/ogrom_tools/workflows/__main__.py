"""`./dev workflows`: what CI does with a push, on this machine."""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

from ogrom_tools.projects import ROOT

from .scenarios import SCENARIOS
from .stage import Stage


@click.command()
@click.argument("names", metavar="[SCENARIO] ...", nargs=-1, type=click.Choice(sorted(SCENARIOS)))
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(names: tuple[str, ...], root: Path) -> None:
    """Push to a bare repository and run the workflows that this starts: all that is told of them, or some."""
    failed = False
    for name in names or SCENARIOS:
        begin = time.monotonic()
        print(f"{name} ...", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            problems = list(SCENARIOS[name](Stage.made(Path(folder), root)))
            kept = root / ".ogrom" / "workflows" / name
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for log in Path(folder).glob("work-*.log"):
                shutil.copy(log, kept)
        failed = failed or bool(problems)
        told = "; ".join(problems) or "as it must be"
        print(f"{time.monotonic() - begin:6.1f} s  {name}: {told}", flush=True)
    if failed:
        print(f"What the workflows have said is in {root / '.ogrom' / 'workflows'}.")
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="./dev workflows")
