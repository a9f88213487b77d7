"""Publishes: brings an index up to what the ledger says, bit for bit from history, as often as one likes."""

from pathlib import Path

import click

from ogrom_tools import index
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.wheelhouse import Wheelhouse


@click.command()
@click.option(
    "--store",
    envvar="OGROM_INDEX_STORE",
    show_envvar=True,
    required=True,
    help="Where the index is: s3://BUCKET/PREFIX or a folder.",
)
@click.option(
    "--url",
    envvar="OGROM_INDEX_URL",
    show_envvar=True,
    default="",
    help="Where people reach it, https://HOST/simple/; npm wants to know.",
)
@click.option("--no-build", is_flag=True, help="Only take what is built already.")
@click.option(
    "--checksums", type=click.Path(path_type=Path), help="Write what it holds there, as sha256sum does."
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(*, store: str, url: str, no_build: bool, checksums: Path | None, root: Path) -> None:
    """Bring an index up to what the ledger says: CI does it when the branch has a new line, or a yank."""
    ledger, place = Ledger.read(root), index.store_at(store)
    if checksums:
        lines = (f"{each.sha256}  {each.artefact}\n" for each in ledger)
        checksums.write_text("".join(lines), encoding="utf-8")
    say("Comparing the index with the ledger ...")
    lacked = index.bring_up(place, Wheelhouse(discover(root), builds=not no_build), ledger, url)
    for each in lacked:
        print(f"{each} is published: {each.artefact}, sha256 {each.sha256}")
    print(f"The index holds every release: {len(ledger.releases)}")


if __name__ == "__main__":
    main(prog_name="./dev publish")
