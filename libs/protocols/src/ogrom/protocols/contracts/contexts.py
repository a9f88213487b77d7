"""The Contexts of the contracts' calls, in either market or after the deadline, and ids that do not exist."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ..context import Context
from ..errors import Timeout, Unconfirmed
from ..testing import DE, GB

# Far away, but a deadline all the same: without one, a source may take another path.
_LATER = time.monotonic() + 24 * 3600

IN_DE = Context(locale=DE, request_id="contract-de", deadline=_LATER)
IN_GB = Context(locale=GB, request_id="contract-gb", deadline=_LATER)
IN_NO_MARKET = Context(locale="xx-XX", request_id="contract-xx", deadline=_LATER)


def of_one_request(locale: str = DE) -> Context:
    """A Context that no other test has written with."""
    return Context(locale=locale, request_id="contract-one", deadline=_LATER)


# The monotonic clock is past its zero.
TOO_LATE = Context(locale=DE, request_id="contract-late", deadline=0.0)

# Ids that do not exist, up to the highest possible.
NO_IDS = (999_999, 2**31, 2**63 - 1)


@contextmanager
def never_begun() -> Iterator[None]:
    """A write past its deadline is a Timeout, of which it is known that nothing was stored."""
    with pytest.raises(Timeout) as late:
        yield
    assert not isinstance(late.value, Unconfirmed)
