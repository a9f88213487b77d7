"""Health is dated by AWS's clock and orders by this machine's: a gate that compares both needs them to agree."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from ogrom_deploy.ports import PlatformError

MOST = 5.0
"""Seconds. With a machine that is slower, health from before an order would look like news from after it."""


def expect_same_time(headers: Mapping[str, str], now: float) -> None:
    """Compare the clocks.

    Args:
        headers: of a response of AWS, in lower case.
        now: when it came, by this machine's clock in seconds of the epoch.

    Raises:
        PlatformError: they are too far apart.
    """
    if "date" not in headers:
        return
    behind = parsedate_to_datetime(headers["date"]).timestamp() - now
    if abs(behind) > MOST:
        way = "behind" if behind > 0 else "ahead of"
        raise PlatformError(
            f"this machine's clock is {abs(behind):.0f} seconds {way} AWS's, so old news of health would pass for "
            "new; set it (timedatectl set-ntp true)"
        )
