"""A rule engine: tables of rules, the findings they make, and the version that those findings ask for.

It imports nothing of ours. `ogrom_tools.api.rules` is the table for Python's names.
"""

from .allowed import Allowed, AllowList, AllowListError
from .levels import Level
from .report import Report
from .table import Finding, Rule, level, ordered, table

__all__ = [
    "AllowList",
    "AllowListError",
    "Allowed",
    "Finding",
    "Level",
    "Report",
    "Rule",
    "level",
    "ordered",
    "table",
]
