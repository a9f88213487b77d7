import io

from rich.console import Console

from ogrom_tools.release.steps import Steps


def test_each_step_tells_its_time_and_what_came_of_it() -> None:
    """A text; other results are for the next step."""
    steps = Steps(Console(file=io.StringIO(), width=60))
    with steps.console.capture() as capture:
        assert steps.run("Test [it]", lambda count: f"{count} passed", 3) == "3 passed"
        assert steps.run("Build", lambda: 7) == 7
    first, second = capture.get().splitlines()
    assert first.endswith(" s  Test [it]: 3 passed")
    assert second.endswith(" s  Build")
    assert steps.total == sum(steps.seconds.values()) >= 0
    assert list(steps.seconds) == ["Test [it]", "Build"]
