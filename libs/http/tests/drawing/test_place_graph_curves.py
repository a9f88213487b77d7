"""Lines and arrowheads."""

from .place_graph import head, rounded, spline


def test_a_spline_begins_at_its_first_point() -> None:
    """The others are the points of Bézier curves, three by three."""
    assert spline([(0, 0), (1, 2), (3, 4), (5.25, 6)]) == "M0,0C1,2 3,4 5.2,6"


def test_a_corner_is_rounded() -> None:
    """The line leaves it 8 pixels before and comes back 8 pixels behind."""
    assert rounded([(0, 0), (20, 0), (20, 20)]) == "M0,0L12,0Q20,0 20,8L20,20"


def test_a_short_side_is_rounded_up_to_its_middle() -> None:
    """Two corners do not meet."""
    assert rounded([(0, 0), (4, 0), (4, 40)]) == "M0,0L2,0Q4,0 4,8L4,40"


def test_a_head_ends_at_its_tip() -> None:
    """It is as wide as two half heads."""
    assert head((0, 0), (6, 0)) == "M0,-3L6,0L0,3z"
