"""How an import goes on."""

import pytest

from ogrom.catalogue.commands.progress import rows_progress, summary


@pytest.mark.parametrize(
    ("rows", "share", "seconds", "said"),
    [
        (1000, 0.25, 2.0, "1000 rows, 500 rows/s, about 3000 left"),
        (1000, 1.0, 2.0, "1000 rows, 500 rows/s, about 0 left"),
        (1000, None, 2.0, "1000 rows, 500 rows/s"),
        (0, 0.0, 0.0, "0 rows, 0 rows/s"),
    ],
)
def test_rate_and_rows_left(rows: int, share: float | None, seconds: float, said: str) -> None:
    """As far as anybody can know them."""
    assert summary(rows, share, seconds) == said


def test_a_person_sees_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On the standard error stream; a file's name is no markup."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with rows_progress("Importing [b]shop.tsv") as tell:
        tell(500, 0.5)
    captured = capsys.readouterr()
    assert "Importing [b]shop.tsv" in captured.err
    assert "about 500 left" in captured.err
    assert captured.out == ""


def test_a_log_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every few seconds, however often it is told."""
    clock = [100.0]
    monkeypatch.setattr("ogrom.catalogue.commands.progress.time.monotonic", lambda: clock[0])
    with rows_progress("Importing shop.tsv") as tell:
        for second in range(12):
            clock[0] = 100.0 + second
            tell(second * 1000, second / 20)
    assert capsys.readouterr().err.splitlines() == [
        "Importing shop.tsv ...",
        "Importing shop.tsv: 5000 rows, 1000 rows/s, about 15000 left",
        "Importing shop.tsv: 10000 rows, 1000 rows/s, about 10000 left",
    ]
