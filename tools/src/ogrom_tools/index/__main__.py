"""The command behind `./dev index`."""

import signal
import threading
from contextlib import suppress
from pathlib import Path

import click

from ogrom_tools.ledger import NPM, Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import PREFIX, ROOT, SCOPE, discover
from ogrom_tools.wheelhouse import Wheelhouse

from . import PORT, local, serving
from .stores import PACKUMENTS, base


@click.command()
@click.option("--port", default=PORT, show_default=True, help="Where to serve it, on 127.0.0.1.")
@click.option("--refresh", is_flag=True, help="Only make it, and serve nothing.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(port: int, refresh: bool, root: Path) -> None:
    """Make the index of all releases, from history where a wheel is missing, and serve it on this machine."""
    workspace, ledger = discover(root), Ledger.read(root)
    say("Building what is missing ...")
    folder = local(workspace, Wheelhouse(workspace), ledger, port)
    print(f"{folder} holds every release: {len(ledger.releases)}")
    if refresh:
        return
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what runs in its background with none
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt), serving(folder, port) as url:
        print(f"Serving it at {url}\n  install  UV_INDEX={url} uv pip install {PREFIX}core")
        for package in sorted({each.distribution for each in ledger if each.kind == NPM}):
            print(f"           npm install --{SCOPE.rstrip('/')}:registry={base(url)}/{PACKUMENTS} {package}")
        print("Press Ctrl-C to stop.", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(prog_name="./dev index")
