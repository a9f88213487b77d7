"""Conformance: recorded runs of Liberator through Ogrom's engine, and why an outcome differs.

    python -m ogrom.http.conformance vectors.jsonl

Both outcomes of a run are a path through the graph, a status and header fields. They may differ for a written
reason only, a Correction: each holds a rule over the request, the resource and both outcomes.
"""

from .corrections import CORRECTIONS, Correction
from .outcomes import Outcome, outcome_of
from .report import Verdict, judge
from .vectors import Vector, read_vectors

__all__ = ["CORRECTIONS", "Correction", "Outcome", "Vector", "Verdict", "judge", "outcome_of", "read_vectors"]
