import json

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.workflows.gate import check


def needs(something: str = "true", plan: str = "success", **results: str) -> str:
    jobs = {"plan": {"result": plan, "outputs": {"any": something} if plan == "success" else {}}}
    return json.dumps(
        {**jobs, **{name: {"result": result, "outputs": {}} for name, result in results.items()}}
    )


def test_it_is_open_when_all_is_done() -> None:
    """Whatever jobs there are."""
    check(needs(test="success", whole="success"))


def test_it_is_open_when_there_was_nothing_to_do() -> None:
    """A change of nothing that anybody tests skips the jobs."""
    check(needs(something="false", test="skipped", whole="skipped"))


@pytest.mark.parametrize("result", ["failure", "cancelled"])
@pytest.mark.parametrize("something", ["true", "false"])
def test_it_is_shut_when_a_job_did_not_succeed(something: str, result: str) -> None:
    """And says which one."""
    with pytest.raises(Failed, match=f"test: {result}"):
        check(needs(something, test=result, whole="success"))


def test_it_is_shut_when_a_job_was_skipped_that_had_something_to_do() -> None:
    """An `if` that is always false must not be a way around the tests."""
    with pytest.raises(Failed, match="test: skipped"):
        check(needs(test="skipped", whole="success"))


@pytest.mark.parametrize("plan", ["failure", "cancelled", "skipped"])
def test_it_is_shut_when_there_was_no_plan(plan: str) -> None:
    """The others are skipped then, though nobody knows what they had to do."""
    with pytest.raises(Failed, match=f"plan: {plan}"):
        check(needs(plan=plan, test="skipped"))


def test_it_is_shut_when_nobody_says_how_the_jobs_ended() -> None:
    """A workflow that forgets to pass it is not a green one."""
    with pytest.raises(Failed, match="NEEDS is empty"):
        check("")
    with pytest.raises(Failed, match="lacks the job 'plan'"):
        check("{}")
