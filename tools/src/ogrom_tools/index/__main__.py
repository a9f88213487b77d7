"""The command behind `./dev index`."""

import signal
from pathlib import Path

import click
from rich.console import Console

from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import doing
from ogrom_tools.projects import PREFIX, ROOT, discover
from ogrom_tools.wheelhouse import Wheelhouse

from . import PORT, local, serving


@click.command()
@click.option("--port", default=PORT, show_default=True, help="Where to serve it, on 127.0.0.1.")
@click.option("--refresh", is_flag=True, help="Only make it, and serve nothing.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(port: int, refresh: bool, root: Path) -> None:
    """Make the index of all releases, from history where a wheel is missing, and serve it on this machine."""
    workspace, ledger = discover(root), Ledger.read(root)
    with doing("Building what is missing"):
        made = local(workspace, Wheelhouse(workspace), ledger)
    Console().print(f"{made} holds every release: {len(ledger.releases)}", soft_wrap=True)
    if not refresh:
        _serve(made, port)


def _serve(folder: Path, port: int) -> None:
    ends = {signal.SIGINT, signal.SIGTERM}
    for number in ends:
        # Set anew: a shell starts what runs in its background with Ctrl-C ignored.
        signal.signal(number, signal.default_int_handler)
    # Until it is waited for, so that none comes between two lines; threads inherit it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        with serving(folder, port) as url:
            lines = (
                f"Serving it at {url}",
                f"  install  UV_INDEX={url} uv pip install {PREFIX}core",
                "Press Ctrl-C to stop.",
            )
            Console().print(*lines, sep="\n", highlight=False, soft_wrap=True)
            signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


if __name__ == "__main__":
    main(prog_name="./dev index")
