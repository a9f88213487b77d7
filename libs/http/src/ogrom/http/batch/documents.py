"""What is sent to a batch, and what it is answered with."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

MAX_REQUESTS: Final = 64
MAX_VALUES: Final = 100
"""How many values a reference has at most, and how many of them the content of a request gets."""

ID: Final = "[A-Za-z][A-Za-z0-9_-]{0,31}"

# For Python alone, `$` is also before a line break at the end.
Id = Annotated[str, Meta(pattern=rf"^{ID}$(?!\n)", description="Your name for the request.")]
Field = Annotated[str, Meta(pattern=r"^[\x20-\x7e]*$(?!\n)", max_length=1024)]


def _field_name(name: str) -> str:
    return name.replace("_", "-").title()


class BatchHeaders(Struct, frozen=True, forbid_unknown_fields=True, rename=_field_name):
    """The header fields that a request in a batch may have. The rest, Authorization for one, is that of the batch."""

    accept_language: Field | UnsetType = UNSET
    cache_control: Field | UnsetType = UNSET
    content_type: Field | UnsetType = UNSET
    idempotency_key: Field | UnsetType = UNSET
    if_match: Field | UnsetType = UNSET
    if_modified_since: Field | UnsetType = UNSET
    if_none_match: Field | UnsetType = UNSET
    if_unmodified_since: Field | UnsetType = UNSET


_PATH = (
    "A link as an answer gives it, or a path below the one that the batch is in: `/products/7`. "
    "`{collage#/placements/*/product_id}` puts in what the JSON Pointer finds in the content of the earlier answer "
    "`collage`; with a `*`, up to 100 values with commas between them. At the beginning it puts in a link."
)
_VALUES = (
    "What is put into `content` in place of what is there, such as null: `#/author_id` gets `me#/id`, what the JSON "
    "Pointer finds in the earlier answer `me`."
)
_CONTENT = (
    "The content, as JSON; missing where there is none. In a refusal it is a problem document, whose type may be one "
    "of the batch's own: /problems/failed-dependency, /problems/unusable-reference, /problems/answers-too-large, "
    "/problems/batch-in-batch."
)


class BatchedRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One request of a batch."""

    id: Id
    path: Annotated[str, Meta(min_length=1, max_length=8192, description=_PATH)]
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: BatchHeaders = BatchHeaders()
    content: Annotated[Any, Meta(description="The content, as JSON.")] = UNSET
    values: Annotated[dict[str, str], Meta(max_length=MAX_VALUES, description=_VALUES)] = {}

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.method in ("GET", "HEAD")


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests, of which a later one may use what an earlier one was answered with."""

    requests: Annotated[tuple[BatchedRequest, ...], Meta(min_length=1, max_length=MAX_REQUESTS)]


class BatchResponse(Struct, frozen=True, kw_only=True):
    """How one request of a batch was answered: as if it had been sent alone."""

    status: int
    headers: dict[str, str]
    content: Annotated[Raw, Meta(description=_CONTENT)] | UnsetType = UNSET


class BatchResponses(Struct, frozen=True, kw_only=True):
    """How the requests of a batch were answered, by their ids."""

    responses: dict[str, BatchResponse]
