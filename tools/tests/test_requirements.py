from ogrom_tools.environment import pins
from ogrom_tools.projects import ROOT
from ogrom_tools.requirements import overlaid, parse

TEXT = """\
# made by hand
Flask==3.1.3 ; python_version >= "3.11" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via ogrom
ogrom-core==1.0.0
"""


def test_a_pin_has_all_its_lines() -> None:
    """Its name as packaging writes it; comments are no part of it."""
    flask, core = parse(TEXT)
    assert (flask.name, flask.version) == ("flask", "3.1.3")
    assert flask.text.splitlines() == TEXT.splitlines()[1:4]
    assert (flask.is_hashed, flask.is_ours) == (True, False)
    assert (core.is_hashed, core.is_ours) == (False, True)


def test_one_list_goes_over_another() -> None:
    """Of a package that both have, the first one's version counts."""
    first, second = parse("a==1\nb==1"), parse("b==2\nb==3\nc==2")
    assert [(pin.name, pin.version) for pin in overlaid(first, second)] == [
        ("a", "1"),
        ("b", "1"),
        ("c", "2"),
    ]


def test_every_line_of_our_own_is_read() -> None:
    """None is passed over in silence."""
    text = pins(ROOT, "test").read_text()
    lines = [line for line in text.splitlines() if line[:1].isalnum()]
    assert len(list(parse(text))) == len(lines) > 50
