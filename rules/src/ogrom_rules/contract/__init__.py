"""The rules for an HTTP API: what two OpenAPI documents promise clients, compared.

from ogrom_rules import level
from ogrom_rules.contract import compare

findings = compare(old, new)
print(level(findings))
"""

from .notice import Announced, announced
from .operations import compare, operations
from .rules import RULES, ContractFinding, ContractRule

__all__ = ["RULES", "Announced", "ContractFinding", "ContractRule", "announced", "compare", "operations"]
