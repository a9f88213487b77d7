"""A release says which phases it serves, and why it does not serve another one."""

import pytest

from ogrom.sources.schema.change import Kind
from ogrom.sources.schema.changes import CHANGES
from ogrom.sources.schema.phase import Phase
from ogrom.sources.schema.serves import SERVES, Serves

RUN = "run a version that serves it."
RELEASE = Serves("0009", "0006", ("0007",), ("0010",), "0011")


@pytest.mark.parametrize(
    ("phase", "problem"),
    [
        ("", "has no tables; this version needs 0006: run `api migrate`."),
        ("0005", "is at 0005; this version needs 0006: run `api migrate`."),
        (
            "0006",
            "is at 0006; this version needs the end of backfill 0007: run `api migrate --backfill 0007`.",
        ),
        ("0006~0007", ""),
        ("0006~0007+0008+0011", ""),
        ("0099~0007~0098", ""),
        (
            "0009~0007+0010",
            f"is at 0009~0007+0010; contract 0010 has taken away what this version uses: {RUN}",
        ),
        (
            "0009~0007+0012",
            f"is at 0009~0007+0012; contract 0012 is later than all that this version knows (0011): {RUN}",
        ),
    ],
)
def test_a_release_serves_phases(phase: str, problem: str) -> None:
    """From what it needs until a contract takes away what it uses, or may; what is wrong is told with what to do."""
    found = Phase.parse(phase)
    assert RELEASE.problem(found, "api migrate") == (f"The database {problem}" if problem else "")
    assert RELEASE.serves(found) is not bool(problem)


def test_what_this_release_says_fits_its_changes() -> None:
    """It names changes that there are, of the right kind, and needs no later expand than it brings."""
    numbers = {kind: {each.number for each in CHANGES if each.kind is kind} for kind in Kind}
    assert "0005" <= SERVES.needs <= SERVES.expand <= SERVES.knows
    assert SERVES.needs in numbers[Kind.EXPAND] | {"0005"}
    assert set(SERVES.backfills) <= numbers[Kind.BACKFILL]
    assert set(SERVES.until) <= numbers[Kind.CONTRACT]
