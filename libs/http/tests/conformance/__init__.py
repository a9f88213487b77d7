"""Conformance: runs of Liberator, decided again by our engine, and a reason for each difference.

Both runs of a request have a path through the graph, a status and header fields. They may differ for a written reason
only, a Correction: each is a rule over the request, the resource and both runs.
"""
