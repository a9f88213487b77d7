"""The resource that answers batches."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar, Final, cast

from ..content import MAX_FAULTS
from ..exchange import Exchange
from ..nodes import Answer, always, only_for
from ..problem import Problem, ProblemType, invalid_fields, refuses
from ..problems import (
    ANSWERS_TOO_LARGE,
    BATCH_IN_BATCH,
    FAILED_DEPENDENCY,
    INVALID_CONTENT,
    UNUSABLE_REFERENCE,
)
from ..renderers import JSON, Renderer
from ..resource import Resource
from .documents import Batch, BatchResponse, BatchResponses
from .references import faults
from .run import BatchRequest, OneByOne, Run, Waiter

MAX_BATCHES: Final = 64
"""How many batches are answered at once: each has up to MAX_BYTES of answers, and MAX_REQUESTS reads that wait."""


@dataclass(frozen=True)
class BatchResource(Resource[None]):
    """Many requests in one.

    Mount it at `/batch`, beside the endpoints that it is for, in a blueprint: `Endpoint("batch", "/batch",
    BatchResource(waiter))`. It sends its requests to the application.

    Attributes:
        waiter: of the server; by default a thread makes one request after the other.
        under_way: an item for each batch that is being answered.
    """

    waiter: Waiter = field(default_factory=OneByOne)
    under_way: deque[None] = field(default_factory=deque, init=False, repr=False, compare=False)

    methods = ("POST", "OPTIONS")
    cache = "no-store"
    renderers: ClassVar[tuple[Renderer, ...]] = (JSON,)
    anonymous_methods: ClassVar[tuple[str, ...]] = ("POST", "OPTIONS")
    body_limit = 256 * 1024
    content_problems: ClassVar[tuple[ProblemType, ...]] = (
        FAILED_DEPENDENCY,
        UNUSABLE_REFERENCE,
        ANSWERS_TOO_LARGE,
    )
    new = always(False)
    respond_with_entity = always(True)
    idempotency_key_used = always(False)  # only its writes are kept

    @only_for("POST")
    def service_available(self, x: Exchange[None]) -> Answer:
        """Whether not too many are answered already."""
        return len(self.under_way) < MAX_BATCHES or Problem(
            "Too many batches are being answered. Try again after as many seconds as Retry-After says."
        )

    @only_for("POST")
    @refuses(BATCH_IN_BATCH)
    def body_allowed(self, x: Exchange[None, Batch]) -> Answer:
        """Whether it can send requests, as one that a batch has sent itself cannot."""
        return hasattr(x.request, "send") or Problem(BATCH_IN_BATCH.example, type=BATCH_IN_BATCH)

    @only_for("POST")
    @refuses(INVALID_CONTENT)
    def processable(self, x: Exchange[None, Batch]) -> Answer:
        """Whether each request refers to earlier ones only, and all of them can be read."""
        found = tuple(islice(faults(x.body.requests), MAX_FAULTS))
        return not found or invalid_fields("pointer", found, INVALID_CONTENT.example, INVALID_CONTENT)

    def post(self, x: Exchange[None, Batch]) -> dict[str, BatchResponse]:
        """Send many requests in one.

        Each is decided as if it had been sent alone: with the credentials of the batch, its own status, header fields
        and content, and counted by rates. Reads are made side by side, identical ones once; writes in the order given,
        after what stands before them and before what stands behind. What refers to a request that fails is a 424. All
        have the deadline of the batch, and their answers a megabyte: a read whose answer has no place is a 507, and a
        write is then answered without content. An Idempotency-Key of the batch stands for one of each write that has
        none of its own: the batch is sent again as a whole, and its writes are made once.
        """
        base = x.link(x.endpoint).rpartition("/")[0]
        key = None if x.idempotency_key is None else x.idempotency_key.text
        deadline = getattr(x.context, "deadline", None)
        run = Run(cast(BatchRequest, x.request), self.waiter, base, deadline, key)
        self.under_way.append(None)
        try:
            return run.responses(x.body.requests)
        finally:
            self.under_way.pop()

    def handle_ok(self, x: Exchange[None, Batch]) -> BatchResponses:
        """What each was answered with."""
        return BatchResponses(responses=x.result)
