"""`./dev client`."""

from pathlib import Path

import click

from ogrom_tools.client.generated import FOLDER, files
from ogrom_tools.command import Failed
from ogrom_tools.contract import read
from ogrom_tools.contracts.history import Contracts
from ogrom_tools.contracts.named import TREE
from ogrom_tools.projects import ROOT


@click.command()
@click.argument("source", required=False)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(source: str | None, root: Path) -> None:
    """Write the modules of ogrom-client that come from the contract, from its last version or from SOURCE.

    SOURCE is another version, or `tree`: what the work tree offers, before it is released.
    """
    current = Contracts.read(root).current
    if current is None:
        raise Failed("There is no contract yet; ./dev contract writes the first one.")
    version = f"{current.version}+{TREE}" if source == TREE else source or current.version
    for name, text in files(read(source or version, root), version).items():
        (root / FOLDER / name).write_text(text, encoding="utf-8")
    click.echo(f"ogrom-client is made from contract {version}.")


if __name__ == "__main__":
    main(prog_name="./dev client")
