"""A platform in virtual time, to try the deploy program out on and to test its laws."""

from .behaviour import Behaviour, Crash, Script
from .connecting import connect
from .platform import Memory
from .traffic import Span

__all__ = ["Behaviour", "Crash", "Memory", "Script", "Span", "connect"]
