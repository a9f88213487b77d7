"""What a person sees while a deployment runs."""

import io

from rich.console import Console

from deploy.beanstalk.tests.faults import FaultyPlatform
from ogrom_deploy.execute import execute
from ogrom_deploy.memory import Behaviour
from ogrom_deploy.model import Version
from ogrom_deploy.output import Progress, bar, duration, print_database
from ogrom_deploy.plan import plan
from ogrom_deploy.policy import Policy
from ogrom_deploy.schema import Database, Phase


def shown(version: str, *, terminal: bool) -> str:
    """All that is printed for a deployment."""
    memory, policy, text = (
        FaultyPlatform.serving("v1", behaviours={"bad": Behaviour(error_rate=0.3)}),
        Policy(),
        io.StringIO(),
    )
    console = Console(file=text, width=100, force_terminal=terminal, color_system=None, legacy_windows=False)
    with Progress(console) as tell:
        execute(
            plan(Version(version), memory.observe(), policy), memory, policy, hold=lambda: None, tell=tell
        )
    return text.getvalue()


def test_a_log_has_a_line_for_each_step() -> None:
    """With its time, the expected one and what it says; after a shift, the traffic as a bar."""
    lines = shown("v2", terminal=False).splitlines()
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in "".join(lines)
    text = "\n".join(lines)
    assert "     30.2 s of 30.0 s       Watch errors and p99 of green at 10 %" in text
    assert "blue  90 % ████████████████████████████████████▓▓▓▓  10 % green" in text
    assert lines[-1].startswith("Done in 3 min")


def test_a_log_is_told_of_a_long_step_before_it_is_done() -> None:
    """Of a short one only afterwards; a terminal sees what goes on anyway."""
    lines = [line.strip() for line in shown("v2", terminal=False).splitlines()]
    begun = lines.index("30.0 s  Watch errors and p99 of green at 10 % ...")
    assert lines[begun + 1].endswith("of 30.0 s       Watch errors and p99 of green at 10 %")
    assert not any("Shift" in line and line.endswith("...") for line in lines)
    assert "at 10 % ..." not in shown("v2", terminal=True)


def test_a_terminal_sees_the_step_that_goes_on() -> None:
    """With its number, its time so far and the last figures."""
    text = shown("v2", terminal=True)
    assert "10/15" in text
    assert "s of 30.0 s" in text
    assert "green at 10 %:" in text


def test_what_may_have_been_done_to_the_database_is_told() -> None:
    """Beside what was; and nothing where no act has done anything to it."""
    text = io.StringIO()
    taken = Phase("0006", contracts=frozenset({"0008"}))
    for each in (Database(), Database().begun(Phase("0006")), Database(Phase("0006")).begun(taken)):
        print_database(Console(file=text, width=100), each)
    assert text.getvalue().splitlines() == [
        "The database is at no phase that is known.",
        "It may be at 0006: a task for that was begun, and nobody has seen it end well.",
        "The database is at 0006.",
        "It may be at 0006+0008: a task for that was begun, and nobody has seen it end well.",
    ]


def test_the_way_back_says_why() -> None:
    """Once, and what has the traffic in the end."""
    text = shown("bad", terminal=False)
    assert text.count("requests failed; the limit is 1.0%") == 1
    assert "Rolling back: green at 1 %" in text
    assert text.splitlines()[-1].endswith("v1 on blue has all traffic, as before.")


def test_a_bar_shows_whoever_has_any_traffic() -> None:
    """Also one percent of it, on either side."""
    assert bar({"blue": 99, "green": 1}).plain.count("▓") == 1
    assert bar({"blue": 1, "green": 99}).plain.count("█") == 1
    assert bar({"blue": 100, "green": 0}).plain.count("▓") == 0
    assert bar({"blue": 50, "green": 50}).plain.count("▓") == 20


def test_durations_are_for_people() -> None:
    """Seconds, and from a minute on minutes."""
    assert [duration(each) for each in (0.04, 59.94, 60.0, 343.0)] == [
        "0.0 s",
        "59.9 s",
        "1 min 00 s",
        "5 min 43 s",
    ]
