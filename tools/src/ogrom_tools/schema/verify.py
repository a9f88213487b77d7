"""`./dev verify --schema`: proves again which releases of sources serve which phase of the schema."""

from collections.abc import Iterable
from pathlib import Path

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import discover
from ogrom_tools.schema.lattice import FILE, Lattice
from ogrom_tools.schema.proving import prove, prove_again

KINDS = ("sqlite", "mariadb")


def verify(root: Path, kinds: Iterable[str], *, add: bool = False) -> None:
    """Prove the rows of what is in the field again; or add those that are not there yet.

    Raises:
        Failed: a row is not so, or a release cannot be built.
    """
    workspace, ledger = discover(root), Ledger.read(root)
    wrong = list[str]()
    for kind in kinds:
        say(f"Trying what is in the field on {kind} ...")
        if add:
            rows = [each.row for each in prove(workspace, ledger, kind, report=print) if not each.problem]
            before = Lattice.read(root)
            known = {each.claim for each in before}
            lattice = before.adding(each for each in rows if each.claim not in known)
            lattice.write(root)
            print(f"{FILE} has {len(lattice.rows) - len(before.rows)} more rows.")
        else:
            wrong += prove_again(workspace, ledger, kind, print)
    if wrong:
        raise Failed("\n".join(["", *wrong]))
    if not add:
        print("Each row of what is in the field was proved again.")
