"""An open-loop load generator that counts every request that was lost, refused or answered wrongly."""

from .process import Load
from .profile import Profile, Stage, Target, Writes
from .results import Fault, RequestResult, Summary
from .writes import State, Write

__all__ = [
    "Fault",
    "Load",
    "Profile",
    "RequestResult",
    "Stage",
    "State",
    "Summary",
    "Target",
    "Write",
    "Writes",
]
