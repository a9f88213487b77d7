"""A pytest plugin: the profiles of property tests, by hypothesis.

No example has a deadline: how long one takes says how busy the machine is. Where `CI=true` examples are the same each
time, so that a change is judged and not luck; elsewhere, and in `./dev prove properties`, each run has others.
"""

import os
from importlib.util import find_spec

FRESH = "fresh"
"""Other examples each time."""
STEADY = "steady"
"""The same examples each time."""


def load() -> None:
    """Make both known and choose one; `--hypothesis-profile` may choose again."""
    from hypothesis import HealthCheck, settings

    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
    settings.register_profile(FRESH, patient, derandomize=False)
    settings.register_profile(STEADY, patient, derandomize=True, database=None)
    settings.load_profile(STEADY if os.environ.get("CI") == "true" else FRESH)


if find_spec("hypothesis"):  # a wheel is tried with what its project names, which may be without
    load()
