"""`./dev client`."""

import json
from pathlib import Path

import click

from ogrom_tools.client.generated import FOLDER, files
from ogrom_tools.command import Failed
from ogrom_tools.contracts.history import FOLDER as CONTRACTS, Contracts
from ogrom_tools.projects import ROOT


@click.command()
@click.argument("version", required=False)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(version: str | None, root: Path) -> None:
    """Write the modules of ogrom-client that come from the contract, of its last VERSION or of another."""
    last = Contracts.read(root).current
    chosen = version or (last.version if last else "")
    path = root / CONTRACTS / f"{chosen}.json"
    if not path.exists():
        raise Failed(f"there is no {path.relative_to(root)}; ./dev contract writes the next version")
    for name, text in files(json.loads(path.read_text(encoding="utf-8"))).items():
        (root / FOLDER / name).write_text(text, encoding="utf-8")
    click.echo(f"ogrom-client is made from contract {chosen}.")


if __name__ == "__main__":
    main(prog_name="./dev client")
