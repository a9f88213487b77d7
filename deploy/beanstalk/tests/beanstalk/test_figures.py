"""What clients got, by two witnesses."""

from hypothesis import given, strategies as st

from deploy.beanstalk.tests.aws.account import Behaviour
from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk.figures import NOTHING, Windows, total, worse
from ogrom_deploy.beanstalk.health import Window
from ogrom_deploy.model import Figures, all_to

windows = st.builds(
    Window,
    begin=st.just(0.0),
    end=st.just(10.0),
    requests=st.integers(0, 1000),
    errors=st.integers(0, 1000),
    p50=st.floats(0.001, 10.0),
    p99=st.floats(0.001, 10.0),
)


@given(st.lists(windows, max_size=10))
def test_a_whole_lies_between_its_parts(parts: list[Window]) -> None:
    """Counts add up; no percentile is better than it can have been, and the p99 is the worst part's."""
    whole, heard = total(parts), [each for each in parts if each.requests]
    assert whole.requests == sum(each.requests for each in parts)
    if not heard:
        assert whole == NOTHING
        return
    assert whole.errors == sum(each.errors for each in heard)
    assert whole.p99 == max(each.p99 for each in heard)
    low, high = min(each.p50 for each in heard), max(each.p50 for each in heard)
    assert low * (1 - 1e-9) <= whole.p50 <= high * (1 + 1e-9)


figures = st.builds(
    lambda answered, errors, p50, p99: Figures(answered + errors, errors, p50, p99),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.floats(0, 9),
    st.floats(0, 9),
)


@given(figures, figures)
def test_neither_witness_hides_what_the_other_saw(one: Figures, another: Figures) -> None:
    """Whoever is asked first, no share of errors and no duration is better; one that saw nothing changes nothing."""
    both = worse(one, another)
    assert both == worse(another, one)
    assert both.error_rate == max(one.error_rate, another.error_rate)
    assert (both.p50, both.p99) == (max(one.p50, another.p50), max(one.p99, another.p99))
    assert worse(one, NOTHING) == one


def test_many_good_answers_do_not_hide_a_few_that_never_came() -> None:
    """The balancer's minute is a part of what the web servers have counted by now: its share is what counts."""
    assert worse(Figures(1000, 0, 0.1, 0.2), Figures(100, 10, 0.1, 0.1)) == Figures(100, 10, 0.1, 0.2)


def test_no_request_is_counted_twice() -> None:
    """The same window, or one that overlaps with it, is known already; seconds are rounded."""
    kept = Windows()
    kept.add("blue", Window(0.0, 10.0, 5, 0, 0.1, 0.1))
    kept.add("blue", Window(0.0, 10.0, 5, 0, 0.1, 0.1))
    kept.add("blue", Window(5.0, 15.0, 5, 0, 0.1, 0.1))
    kept.add("blue", None)
    kept.add("blue", Window(9.5, 19.5, 7, 0, 0.1, 0.1))
    assert kept.figures("blue", 0.0).requests == 12
    assert kept.figures("green", 0.0) == NOTHING


def test_what_was_before_is_not_counted() -> None:
    """A window that began before the moment has requests of the time before it."""
    kept = Windows()
    kept.add("blue", Window(0.0, 10.0, 5, 1, 0.1, 0.1))
    kept.add("blue", Window(10.0, 20.0, 7, 0, 0.1, 0.1))
    assert kept.figures("blue", 5.0) == Figures(7, 0, 0.1, 0.1)
    assert kept.figures("blue", 15.0) == NOTHING


def test_a_long_wait_misses_no_window(cloud: FakeAws) -> None:
    """AWS keeps only the last ten seconds, so the platform looks while it waits."""
    platform, account = cloud.platform(), cloud.account
    platform.observe()
    since = platform.now()
    platform.wait(55.0)
    assert platform.figures("blue", since).requests == 50 * account.rate


def test_a_look_that_fails_is_a_window_less(cloud: FakeAws) -> None:
    """Waiting goes on."""
    platform, account = cloud.platform(), cloud.account
    since = platform.now()
    account.refuse("DescribeEnvironmentHealth", "InternalFailure", "Oops", times=2)
    platform.wait(35.0)
    assert platform.now() == since + 35.0
    assert 0 < platform.figures("blue", since).requests < 30 * account.rate


def test_the_balancers_minutes_come_later_and_are_whole(cloud: FakeAws) -> None:
    """Only minutes that began after the moment count; what nobody answered is among the errors of each side."""
    account = cloud.account
    account.behaviours["v1"] = Behaviour(unanswered=0.1, error_rate=0.05)
    platform = cloud.platform()
    account.wait(30.0)
    since = platform.now()
    account.wait(90.0)
    early = platform.figures("blue", since)
    account.wait(100.0)
    late = platform.figures("blue", since)
    minute = 60 * account.rate
    assert early.errors < minute * 0.05
    assert late.requests == minute
    assert late.errors == round(minute * 0.1) + round(minute * 0.05)
    assert platform.figures("green", since).errors == round(minute * 0.1)


def test_the_side_that_nobody_answers_for_is_seen_by_the_balancer(cloud: FakeAws) -> None:
    """Its web servers are gone, so they tell nothing."""
    account = cloud.account
    cloud.tell_rule(0, 100)
    account.sides["ogrom-green"].machines = []
    platform, since = cloud.platform(), account.now()
    account.wait(200.0)
    figures = platform.figures("green", since)
    assert figures.requests == figures.errors > 0
    platform.shift(all_to("blue"))
