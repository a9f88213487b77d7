"""Batches: a screen in one round trip. Later requests use values of earlier answers; docs/http.md has an example.

Each is a request to the application, so access, rates, metrics and the graph treat it as if it had come alone.
"""

from .documents import MAX_REQUESTS, Batch, BatchedRequest, BatchResponses
from .resource import BatchResource
from .run import MAX_BYTES, Waiter

__all__ = [
    "MAX_BYTES",
    "MAX_REQUESTS",
    "Batch",
    "BatchResource",
    "BatchResponses",
    "BatchedRequest",
    "Waiter",
]
