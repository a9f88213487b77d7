"""The picture of a day is small, and has its peak."""

import re

from bench.scaling.fleet import Minute
from bench.scaling.pictures import sizes_over_a_day


def test_a_day_of_minutes_is_a_small_picture() -> None:
    """Sizes have a point where they change, lines one for some minutes, and no coordinate more digits than are seen."""
    peak = 1215
    minutes = [
        Minute(each, 0.0, 9.0 if each == peak else 3.0, 4 + each // 60, 0, 0.5 + each % 7 / 50)
        for each in range(24 * 60)
    ]
    minutes[peak] = Minute(peak, 0.0, 9.0, 24, 0, 1.9)
    drawn = sizes_over_a_day([("a day", minutes)] * 3)
    assert len(drawn) < 70_000
    assert "150 %" in drawn  # on the axis, for the one busy minute
    paths = "".join(re.findall(r' d="([^"]*)"', drawn))
    assert not re.findall(r"\d\.\d\d", paths)
