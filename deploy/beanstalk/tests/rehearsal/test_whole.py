"""A whole begins with all of its parts or not at all."""

from contextlib import ExitStack

import pytest

from ogrom_deploy.rehearsal.whole import Whole


class Pair(Whole):
    """Two parts, the second of which may not begin."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.fails = fails
        self.ended: list[str] = []

    def begin(self, parts: ExitStack) -> None:
        parts.callback(self.ended.append, "first")
        if self.fails:
            raise OSError
        parts.callback(self.ended.append, "second")


def test_parts_end_with_the_block() -> None:
    """The last one first."""
    with Pair() as pair:
        assert pair.ended == []
    assert pair.ended == ["second", "first"]


def test_a_part_that_does_not_begin_ends_the_others() -> None:
    """Nothing is left behind."""
    pair = Pair(fails=True)
    with pytest.raises(OSError), pair:
        pass
    assert pair.ended == ["first"]
