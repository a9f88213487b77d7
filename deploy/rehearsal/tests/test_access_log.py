"""HAProxy's log, as we read it."""

from pathlib import Path

import pytest

from ogrom_deploy.model import Figures
from ogrom_rehearsal.access_log import AccessLog, LogEntry, entry, figures

LINE = "1000000 live green slot0 200 2500 ---- 512 v2 /v1/de-DE/products/1"


def read(line: str) -> LogEntry:
    found = entry(line, offset=10.0)
    assert found is not None
    return found


def test_a_line_is_a_request() -> None:
    """Its end on our own clock, where it went, how it ended, and who answered after how long."""
    assert read(LINE) == LogEntry(
        11.0, "live", "green", "slot0", 200, 0.0025, "--", 512, "v2", "/v1/de-DE/products/1"
    )


def test_a_client_cannot_make_a_line_that_we_misread() -> None:
    """The path comes last, with all its blanks."""
    assert read(f"{LINE} live blue slot1 503 1 SC-- 0 - /").path.endswith("live blue slot1 503 1 SC-- 0 - /")


def test_notices_are_no_requests() -> None:
    """HAProxy logs to the same file that a server is up."""
    assert entry("Server green/slot0 is UP/READY (leaving forced maintenance).", 0.0) is None
    assert entry("", 0.0) is None


@pytest.mark.parametrize(
    ("status", "ended", "failed"),
    [
        ("200", "----", False),
        ("404", "----", False),
        ("503", "----", True),  # the service's own
        ("503", "SC--", True),  # HAProxy's
        ("200", "SD--", True),  # broken off in the middle
        ("-1", "SH--", True),  # nothing came
        ("-1", "CH--", False),  # the client left
        ("200", "CD--", False),
    ],
)
def test_what_counts_as_failed(status: str, ended: str, failed: bool) -> None:
    """An error, or less than a whole response, unless it was the client who left."""
    assert read(f"0 live blue slot0 {status} 10 {ended} 0 - /").failed is failed


def test_figures_are_of_all_that_clients_got() -> None:
    """Requests, errors, and percentiles of durations that really were."""
    entries = [read(f"0 live blue slot0 200 {ms}000 ---- 512 v1 /") for ms in range(1, 101)]
    entries.append(read("0 live blue slot0 503 1 SC-- 0 - /"))
    assert figures(entries) == Figures(101, 1, 0.05, 0.099)
    assert figures([]) == Figures(0, 0, 0.0, 0.0)


def test_what_broke_off_without_a_line_is_counted_once() -> None:
    """HAProxy's counter has all of them, the log some."""
    logged = read("0 live blue slot0 200 10 SD-- 200 v1 /")
    assert figures([logged], broken=3) == Figures(3, 3, 1e-05, 1e-05)
    assert figures([logged], broken=1).requests == 1


def test_a_journal_is_read_as_it_grows(tmp_path: Path) -> None:
    """Half a line waits for its end; what was before a moment is left out."""
    access_log, later = AccessLog(tmp_path / "access_log"), LINE.replace("1000000", "1000001")
    with (tmp_path / "access_log").open("a") as log:
        log.write(f"{LINE}\n{later[:30]}")
        log.flush()
        assert len(access_log.since(float("-inf"))) == 1
        log.write(f"{later[30:]}\n")
        log.flush()
    first, second = access_log.since(float("-inf"))
    assert access_log.since(second.at) == [second]
    assert first.release == second.release == "v2"
    access_log.close()
    assert len(access_log.since(float("-inf"))) == 2
