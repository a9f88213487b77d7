import subprocess
import sys
from pathlib import Path

import pytest

from bench.batch import WAYS, Seen, table

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_says_how_many_times_as_long_each_way_takes() -> None:
    """As a batch in the same round; the processor time is that of the service for one screen."""
    batch = (Seen([50.0, 52.0, 54.0], 1, 7700, [1, [2]], 0.002), Seen([60.0], 1, 7700, [1, [2]], 0.004))
    lists = (Seen([156.0], 4, 6600, [1, [2]], 0.005), Seen([180.0], 4, 6600, [1, [2]], 0.005))
    shown = table({"batch": batch, "lists-http2": lists}, 50.0)
    assert shown.title == "A screen, 50 ms away"
    assert shown.rows == [
        (WAYS["batch"], "1", "7.7", "56.0", "1", "3.00"),
        (WAYS["lists-http2"], "4", "6.6", "168.0", "3.00 (3.00-3.00)", "5.00"),
    ]


@pytest.mark.slow
def test_every_way_shows_the_same_screen() -> None:
    """Over HTTP/1.1, over HTTP/2 and in one batch; it fails otherwise."""
    command = (sys.executable, "-m", "bench.batch", "--quick", "--milliseconds", "5")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert all(way in done.stdout for way in WAYS.values())
    assert "The screen has" in done.stdout
