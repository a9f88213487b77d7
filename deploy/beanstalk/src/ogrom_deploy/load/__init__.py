"""An open-loop load generator that counts every request that was lost, refused or answered wrongly."""

from .load import Load
from .profile import Profile, Stage, Target
from .shots import Fault, Shot
from .tally import Tally

__all__ = ["Fault", "Load", "Profile", "Shot", "Stage", "Tally", "Target"]
