"""Witnesses of what changed in the API: a request for each finding that two releases answer differently.

old, new = program("2.1.0", before, ["ogrom-api"]), url("https://api.example.org/v1/openapi.json", after, None)
for finding, witness in zip(found, witnesses(found, old, new), strict=True):
    print(finding.text, witness.request, witness.old, witness.new)
"""

from collections.abc import Sequence

from ogrom_rules.contract import ContractFinding
from ogrom_tools.witness.messages import Witness
from ogrom_tools.witness.sides import Side, document_only, program, url

__all__ = ["Side", "Witness", "document_only", "program", "url", "witnesses"]


def witnesses(findings: Sequence[ContractFinding], old: Side, new: Side) -> tuple[Witness, ...]:
    """What shows each finding, or why nothing does, in their order."""
    for each in (old, new):
        if each.asking is None:
            return tuple(Witness(why_not=each.why_not) for _ in findings)
    from ogrom_tools.witness.search import search  # jsonschema takes a second

    return search(findings, old, new)
