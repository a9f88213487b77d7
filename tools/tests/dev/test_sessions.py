import pytest

from ogrom_tools.dev.sessions import main, sessions
from ogrom_tools.projects import ROOT

NOXFILE = '''
@nox.session
def build(session):
    """Build it.

    More.
    """

@nox.session(python="3.13")
def other(session):
    pass

@nox.session(name="api-diff")
def api_diff(session):
    """Compare it."""

def helper():
    """Not a session."""
'''


def test_sessions_are_the_decorated_functions() -> None:
    """With the first line of what they say of themselves."""
    assert sessions(NOXFILE) == {"build": "Build it.", "other": "", "api-diff": "Compare it."}


def test_every_session_of_ours_has_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, that fits a terminal."""
    main(str(ROOT / "noxfile.py"))
    usage, empty, *lines = capsys.readouterr().out.splitlines()
    assert usage.startswith("./dev")
    assert not empty
    assert all(line.endswith(".") and len(line) < 120 for line in lines)
    assert {"serve", "test"} <= {line.split()[0] for line in lines}
