"""How every library stands at a glance: released, changed since, what that needs, and who is behind."""

from .history import Since
from .libraries import Status, overview
from .needs import Needed

__all__ = ["Needed", "Since", "Status", "overview"]
