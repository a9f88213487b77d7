"""`./dev verify --schema`: proves again which releases of sources serve which phase of the schema."""

from collections.abc import Iterable
from pathlib import Path

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import count, say
from ogrom_tools.projects import discover
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.harness import Proof
from ogrom_tools.schema.lattice import FILE, Lattice
from ogrom_tools.schema.proving import prove, prove_again

KINDS = ("sqlite", "mariadb")


def verify(root: Path, kinds: Iterable[str], history: Path | None = None, more: Iterable[str] = ()) -> None:
    """Prove the rows of what is in the field again, of the last release of each major, and of these.

    Args:
        root: of the checkout.
        kinds: `sqlite`, `mariadb` or both.
        history: what is deployed; see `Field.read`.
        more: further versions.

    Raises:
        Failed: a row is not so, or a release cannot be built.
    """
    workspace, ledger = discover(root), Ledger.read(root)
    field, named = Field.read(workspace, history), tuple(more)
    wrong = list[str]()
    for kind in kinds:
        say(f"Trying what is in the field on {kind} ...")
        wrong += prove_again(workspace, ledger, kind, field, named, print)
    if wrong:
        raise Failed("\n".join(["", *wrong]))
    print("Each row of what is in the field was proved again.")


def add(root: Path, kinds: Iterable[str], history: Path | None = None, more: Iterable[str] = ()) -> None:
    """Add the rows that lattice.toml lacks of the same releases, each as soon as it is proved.

    Args:
        root: of the checkout.
        kinds: `sqlite`, `mariadb` or both.
        history: what is deployed; see `Field.read`.
        more: further versions.

    Raises:
        Failed: a release cannot be built.
    """
    before, workspace, named = len(Lattice.read(root).rows), discover(root), tuple(more)
    field = Field.read(workspace, history)

    def keep(proof: Proof) -> None:
        print(proof, flush=True)
        if not proof.problem:
            Lattice.read(root).adding([proof.row]).write(root)

    for kind in kinds:
        say(f"Trying what is in the field on {kind} ...")
        prove(workspace, Ledger.read(root), kind, field, more=named, report=keep)
    print(f"{FILE} has {count(len(Lattice.read(root).rows) - before, 'more row')}.")
