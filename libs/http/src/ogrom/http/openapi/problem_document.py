"""The form of a problem document (RFC 9457), for its schema."""

from msgspec import UNSET, Struct, UnsetType


class ProblemError(Struct, kw_only=True):
    """One fault of a request's content, which `pointer` leads to, or of its query, in `parameter`."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Struct, kw_only=True):
    """Why a request was refused (RFC 9457), for people in `detail`; `request_id` is for whoever runs the service."""

    type: str
    title: str
    status: int
    detail: str | UnsetType = UNSET
    instance: str | UnsetType = UNSET
    request_id: str | UnsetType = UNSET
    errors: list[ProblemError] | UnsetType = UNSET
