"""How something long goes on."""

import pytest

from ogrom.catalogue.commands.progress import progress


def test_a_person_sees_how_much_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the standard error stream, so that it never gets into a file of results."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress("Filling") as tell:
        tell("4 of 10", 0.4)
        tell("10 of 10", 1.0)
    captured = capsys.readouterr()
    assert "Filling" in captured.err
    assert "10 of 10" in captured.err
    assert captured.out == ""


def test_a_log_is_told_at_once_and_then_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that are drawn anew are of no use there, nor is one for each step."""
    clock = [100.0]
    monkeypatch.setattr("ogrom.catalogue.commands.progress.time.monotonic", lambda: clock[0])
    with progress("Filling") as tell:
        begun = capsys.readouterr()
        for second in range(12):
            clock[0] = 100.0 + second
            tell(f"{second} of 12", second / 12)
    captured = capsys.readouterr()
    assert begun.err == "Filling ...\n"
    assert captured.err.splitlines() == ["Filling: 5 of 12", "Filling: 10 of 12"]
    assert (begun.out, captured.out) == ("", "")
