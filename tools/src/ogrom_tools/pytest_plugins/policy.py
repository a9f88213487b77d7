"""A pytest plugin: what holds for every run.

* Where `CI=true`, a skipped test is a failure: CI has everything that a test can need, so a skip hides a missing
  installation step.
* Examples of property tests have no deadline, since durations depend on the machine. In CI they are the same each
  time, so that a change is judged and not luck; elsewhere, and in `./dev prove properties`, each run has new ones.
* The garbage collector runs less often: scanning the modules and tests that live as long as the run costs a fifth of
  the processor time of a suite of many small tests.
"""

import gc
import os
from collections.abc import Generator
from importlib.util import find_spec

import pytest

FRESH = "fresh"
"""The hypothesis profile with new examples each time."""
STEADY = "steady"
"""The hypothesis profile with the same examples each time."""

ALLOCATIONS = 20_000
"""How many objects may be added before a collection; Python's own 700 suit programs that run on and on."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test's skip into a failure."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a whole module's skip into an error."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    # An expected failure is reported as skipped too, with its reason in `wasxfail`.
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped where CI=true: {report.longrepr}"


def load_profiles() -> None:
    """Register both profiles and load one; `--hypothesis-profile` may load another."""
    from hypothesis import HealthCheck, settings

    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
    settings.register_profile(FRESH, patient, derandomize=False)
    settings.register_profile(STEADY, patient, derandomize=True, database=None)
    settings.load_profile(STEADY if os.environ.get("CI") == "true" else FRESH)


if find_spec("hypothesis"):  # a wheel is tested with its own test dependencies, which may lack it
    load_profiles()


def pytest_configure() -> None:
    """Collect less often."""
    gc.set_threshold(ALLOCATIONS, 10, 10)


def pytest_collection_finish() -> None:
    """Exempt everything that is loaded by now from collection."""
    gc.collect()
    gc.freeze()
