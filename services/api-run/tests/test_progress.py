"""The progress bar."""

import pytest

from ogrom.run.progress import progress_bar


def test_a_person_sees_how_much_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the standard error stream, so that it never gets into a file of results."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress_bar("Filling", 10) as progress:
        progress(4)
        progress(10)
    captured = capsys.readouterr()
    assert "Filling" in captured.err
    assert "10/10" in captured.err
    assert captured.out == ""


def test_a_log_gets_none_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines that are drawn anew are of no use there."""
    with progress_bar("Filling", 10) as progress:
        progress(10)
    assert capsys.readouterr().err.strip() == ""
