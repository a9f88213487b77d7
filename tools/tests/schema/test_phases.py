"""Phases are texts, and back."""

import pytest

from ogrom.sources.testing import phases
from ogrom_tools.command import Failed
from ogrom_tools.schema.phases import Phase


def test_a_phase_is_its_text() -> None:
    """Its last expand, and each backfill and contract that is finished."""
    phase = Phase("0008", ("0007",), ("0006", "0009"))
    assert str(phase) == "0008~0007+0006+0009"
    assert Phase.parse("0008~0007+0009+0006") == phase
    assert [str(Phase.parse(each)) for each in phases()] == [*phases()]


@pytest.mark.parametrize("text", ["", "head", "0006+", "+0007", "0006+0007~0008", "0006+7"])
def test_another_text_is_none(text: str) -> None:
    """It is not taken for a phase without contracts."""
    with pytest.raises(Failed, match="no phase of a database, such as 0006~0007"):
        Phase.parse(text)
