"""An open-loop load generator that counts every request that was lost, refused or answered wrongly."""

from .process import Load
from .profile import Profile, Stage, Target
from .results import Fault, RequestResult, Summary

__all__ = ["Fault", "Load", "Profile", "RequestResult", "Stage", "Summary", "Target"]
