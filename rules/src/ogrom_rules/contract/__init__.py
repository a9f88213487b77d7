"""The rules for an HTTP API: what two OpenAPI documents promise clients, compared.

from ogrom_rules import level
from ogrom_rules.contract import compare

findings = compare(old, new)
print(level(findings))
"""

from .operations import ContractFinding, compare, operations
from .rules import RULES, ContractRule

__all__ = ["RULES", "ContractFinding", "ContractRule", "compare", "operations"]
