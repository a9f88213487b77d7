"""Publishes a wheel that another job of a workflow has built: this one may write to the index, and builds nothing."""

from pathlib import Path

import click

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT
from ogrom_tools.verify import release_of


@click.command()
@click.argument("tag", required=False)
@click.option("--wheels", type=click.Path(path_type=Path), help="The folder with the tag's wheel.")
@click.option(
    "--store", envvar=index.TEAM, required=True, help="Where the index is: s3://bucket/prefix or a folder."
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(tag: str | None, *, wheels: Path | None, store: str, root: Path) -> None:
    """Publish the wheel of TAG, and make the index's pages anew; without TAG the pages only, as after a yank.

    OGROM_INDEX_STORE says where, if --store does not. Done again it does nothing.
    """
    ledger, place = Ledger.read(root), index.store_at(store)
    if tag:
        if not wheels:
            raise Failed(f"publish: say where the wheel of {tag} lies: --wheels FOLDER")
        release = release_of(ledger, tag)
        say(f"Publishing {release} ...")
        index.publish(place, release, _wheel(wheels, release))
        print(f"{release} is published: {release.wheel}, sha256 {release.sha256}")
    say("Making the index's pages ...")
    index.refresh(place, ledger)
    print("The pages tell of all that the index holds.")


def _wheel(folder: Path, release: Release) -> Path:
    wheel = folder / release.wheel
    if not wheel.exists():
        found = ", ".join(sorted(each.name for each in folder.glob("*"))) or "nothing"
        raise Failed(f"publish: {folder} should hold {release.wheel}, and holds {found}.")
    return wheel


if __name__ == "__main__":
    main(prog_name="./dev publish")
