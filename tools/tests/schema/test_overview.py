"""What people and programs see of the schema: who serves what, who is there, and which contracts are due since when."""

from datetime import UTC, datetime

from ogrom_tools.schema.field import Field, Stay
from ogrom_tools.schema.lattice import Lattice, Row
from ogrom_tools.schema.overview import Overview
from ogrom_tools.schema.phases import Phase

LEFT = datetime(2026, 12, 5, 12, tzinfo=UTC).timestamp()
"""When 4.2.0 was on no side any more."""

DAY = 86_400.0


def row(phase: str, release: str, beside: str = "") -> Row:
    """A row."""
    return Row(phase=phase, release=release, beside=beside, database="mariadb", edition=1, evidence="a" * 64)


LATTICE = Lattice(
    (
        *(row("0006", "3.0.0"), row("0006", "4.2.0"), row("0006", "4.3.0"), row("0006", "4.3.0", "4.2.0")),
        row("0006+0007", "4.3.0"),
    )
)
"""4.3.0 works without what contract 0007 takes away."""


def overview(*stays: Stay, phases: tuple[Phase, ...] = (), rest: float = 0.0) -> Overview:
    """Ten days after 4.2.0 was replaced."""
    return Overview(LATTICE, Field(stays, phases, rest, LEFT + 10 * DAY))


NOW = Stay("4.3.0", "pinned by api-run")
BEFORE = Stay("4.2.0", "pinned by api-run", LEFT)


def test_a_contract_waits_for_the_last_who_needs_the_old_form() -> None:
    """Wherever that is: another service on the same database counts, too."""
    seen = overview(NOW, BEFORE, Stay("3.0.0", "pinned by shop"))
    assert list(seen.lines) == [
        "phase 0006: served by 3.0.0, 4.2.0, 4.3.0; not proved: 4.3.0 beside 3.0.0",
        "phase 0006+0007: served by 4.3.0",
        "in the field: 3.0.0, pinned by shop",
        "in the field: 4.3.0, pinned by api-run",
        "contract 0007: the old form is needed by 3.0.0",
    ]
    assert seen.values["contracts"] == [
        {"contract": "0007", "is_due": False, "is_done": False, "needed_by": ["3.0.0"], "since": None}
    ]


def test_a_contract_is_due_since_the_last_one_left() -> None:
    """By git with the commit that pins another one; what is deployed, when no rollback goes back to it."""
    (line,) = [each for each in overview(NOW, BEFORE).lines if each.startswith("contract")]
    assert line == (
        "contract 0007: due since 2026-12-05T12:00:00Z, when sources 4.2.0 (pinned by api-run) left the field: "
        "ogrom-deploy contract 0007"
    )
    (resting,) = overview(NOW, BEFORE, rest=3 * DAY).contracts
    assert (resting.is_due, resting.since) == (True, LEFT + 3 * DAY)
    (early,) = overview(NOW, BEFORE, rest=11 * DAY).contracts
    assert (early.is_due, early.needed_by, early.since) == (False, ("4.2.0",), None)


def test_nobody_may_have_needed_it() -> None:
    """Then it is due since ever."""
    (contract,) = overview(NOW).contracts
    assert str(contract) == "contract 0007: due: ogrom-deploy contract 0007"


def test_a_finished_contract_is_not_due() -> None:
    """Only the deploys' history knows; one that was begun may be finished, and is run again."""
    before, after = Phase.parse("0006"), Phase.parse("0006+0007")
    seen = overview(NOW, BEFORE, phases=(after,))
    assert list(seen.lines)[-2:] == ["the database: at 0006+0007", "contract 0007: finished"]
    seen = overview(NOW, BEFORE, phases=(before, after))
    assert "the database: at 0006 or 0006+0007" in seen.lines
    assert [each.is_due for each in seen.contracts] == [True]


def test_programs_get_all_of_it() -> None:
    """By names that JSON has."""
    assert overview(NOW, BEFORE, phases=(Phase("0006"),)).values == {
        "phases": [
            {"phase": "0006", "served_by": ["3.0.0", "4.2.0", "4.3.0"], "not_proved": []},
            {"phase": "0006+0007", "served_by": ["4.3.0"], "not_proved": []},
        ],
        "field": [{"release": "4.3.0", "is": "pinned by api-run"}],
        "database": ["0006"],
        "contracts": [
            {
                "contract": "0007",
                "is_due": True,
                "is_done": False,
                "needed_by": [],
                "since": "2026-12-05T12:00:00Z",
            }
        ],
    }
