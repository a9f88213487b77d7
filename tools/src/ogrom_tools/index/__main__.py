"""The command behind `./dev index`."""

import os
import signal
from pathlib import Path

import click
from rich.console import Console

from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import doing
from ogrom_tools.projects import PREFIX, ROOT, discover
from ogrom_tools.wheelhouse import Wheelhouse

from . import PORT, complete, local, serving, store_at
from .application import CREDENTIALS
from .store import Store


@click.command()
@click.option("--port", default=PORT, show_default=True, help="Where to serve it, on 127.0.0.1.")
@click.option("--refresh", is_flag=True, help="Only make it, and serve nothing.")
@click.option("--store", metavar="URL", help="Publish what is missing to this one, and serve nothing.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(port: int, refresh: bool, store: str | None, root: Path) -> None:
    """Make the index of all releases, from history where a wheel is missing, and serve it on this machine.

    URL is s3://bucket/prefix or a folder.
    """
    console = Console()
    workspace, ledger = discover(root), Ledger.read(root)
    wheelhouse = Wheelhouse(workspace)
    with doing("Building what is missing"):
        if store:
            complete(store_at(store), wheelhouse, ledger)
            console.print(f"{store} holds every release: {len(ledger.releases)}", soft_wrap=True)
            return
        made = local(workspace, wheelhouse, ledger)
    console.print(f"{made.path} holds every release: {len(ledger.releases)}", soft_wrap=True)
    if not refresh:
        _serve(console, made, port, ledger)


def _serve(console: Console, store: Store, port: int, ledger: Ledger) -> None:
    ends = {signal.SIGINT, signal.SIGTERM}
    for number in ends:
        # Set anew: a shell starts what runs in its background with Ctrl-C ignored.
        signal.signal(number, signal.default_int_handler)
    # Until it is waited for, so that none comes between two lines; threads inherit it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        credentials = os.environ.get(CREDENTIALS, "")
        with serving(store, port, ledger=ledger, credentials=credentials) as url:
            _explain(console, url, takes_uploads=bool(credentials))
            signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _explain(console: Console, url: str, *, takes_uploads: bool) -> None:
    uploads = url.removesuffix("simple/") if takes_uploads else f"none; set {CREDENTIALS}=name:password"
    lines = (
        f"Serving it at {url}",
        f"  install  UV_INDEX={url} uv pip install {PREFIX}core",
        f"  upload   {uploads}",
        "Press Ctrl-C to stop.",
    )
    console.print(*lines, sep="\n", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main(prog_name="./dev index")
