"""The rules for an HTTP API: what two OpenAPI documents promise clients, compared.

from ogrom_rules import level
from ogrom_rules.contract import compare

findings = compare(old, new)
print(level(findings))
"""

from .changelog import changelog
from .notice import UNANNOUNCED, Announced, Break, announced, first, unannounced
from .operations import compare, operations, resolved
from .rules import RULES, ContractFinding, ContractRule

__all__ = [
    "RULES",
    "UNANNOUNCED",
    "Announced",
    "Break",
    "ContractFinding",
    "ContractRule",
    "announced",
    "changelog",
    "compare",
    "first",
    "operations",
    "resolved",
    "unannounced",
]
