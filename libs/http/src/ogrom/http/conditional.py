"""Preconditions: whether a request is for the state that there is, and with it 412 and 304 (RFC 9110, section 13).

Each decision has the name of its node, as those in `decisions` have.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product

from . import problems
from .decisions import R, X, field_of
from .definition import ResourceClass, has_last_modified
from .nodes import Answer
from .problem import Problem
from .validators import ETag, is_later, is_opaque, parse_date, strongly_matches, weakly_matched


def current_tag(resource: R, x: X) -> ETag | None:
    """The entity tag of the entity as it is now, in the preferred form."""
    return _tag(resource, "etag", resource.etag(x), x.fingerprint)


def created_tag(resource: R, x: X) -> ETag | None:
    """The entity tag of what a POST has made, in the preferred form."""
    return _tag(resource, "created_etag", resource.created_etag(x), x.fingerprint)


def _tag(resource: R, name: str, tag: ETag | str | int | None, fingerprint: str) -> ETag | None:
    if tag is None or isinstance(tag, int):
        return None if tag is None else ETag(f"{tag}{fingerprint}")
    tag = ETag(tag) if isinstance(tag, str) else tag
    if is_opaque(tag.opaque) is None:
        raise ValueError(
            f"{type(resource).__qualname__}.{name} returned {tag.opaque!r}; an entity tag has no quotes, "
            "spaces or control characters (RFC 9110, 8.8.3)"
        )
    return ETag(tag.opaque + fingerprint, tag.weak) if fingerprint else tag


def form_suffix(resource: R, x: X) -> str:
    """What tells the entity tag of the negotiated form from that of the preferred one."""
    suffix = "" if x.renderer is None or x.renderer is resource.renderers[0] else x.renderer.suffix
    return suffix if x.language is None or x.language == resource.languages[0] else f"{suffix}-{x.language}"


def etag_matches_for_if_match(resource: R, x: X) -> Answer:
    """Whether If-Match names the entity as it is now, in any of its forms and of any release.

    The condition is that a tag is that of a current representation, so that no change is overwritten (13.1.1). A state
    has several at a time (8.8.3), also those that another release makes of it. So what names the state is compared,
    strongly, and what names the form is not. A tag from before there were fingerprints names the state all the same.
    """
    tag = current_tag(resource, x)
    if tag is None:
        detail = "This resource has no ETag; send the request without If-Match."
        return Problem(detail, type=problems.NO_ENTITY_TAG)
    suffixes = ["", *(renderer.suffix for renderer in resource.renderers[1:])]
    languages = ["", *(f"-{language}" for language in resource.languages[1:])]
    codings = ["", *(f"-{coding}" for coding in resource.encodings)]
    state = tag.opaque.removesuffix(x.fingerprint)
    variants = {state + "".join(form) for form in product(suffixes, languages, codings)}
    if strongly_matches(field_of(x, "if-match"), tag, variants, state=state):
        return True
    detail = f"The resource has changed; its ETag is now {tag}. Read it again, then repeat your change."
    return Problem(detail, type=problems.STALE_REVISION)


def precondition_failed(resource: R, x: X) -> Problem:
    """The Problem of the decision that refused; otherwise by what the request was for."""
    if x.problem is not None:
        return x.problem
    if x.existed:
        return Problem("The resource exists already. Read it, then decide.", type=problems.UNWANTED_STATE)
    return Problem("There is nothing here, so no If-Match can match.", type=problems.STALE_REVISION)


def etag_matches_for_if_none(resource: R, x: X) -> Answer:
    """Whether If-None-Match names the representation that this request would get."""
    tag = current_tag(resource, x)
    if tag is None or _shows_request(x):
        return False
    base = tag.opaque + form_suffix(resource, x)
    variants = [base, *(f"{base}-{coding}" for coding in resource.encodings)]
    opaque = weakly_matched(field_of(x, "if-none-match"), variants)
    x.matched = None if opaque is None else ETag(opaque, tag.weak)
    return opaque is not None


def unmodified_since(resource: R, x: X) -> Answer:
    if not _is_modified(resource, x, "if-unmodified-since", unknown=False):
        return False
    detail = "The resource has changed since that date. Read it again, then repeat your change."
    return Problem(detail, type=problems.STALE_REVISION)


def modified_since_statically(resource: ResourceClass, method: str) -> bool | None:
    """True unless the resource has dates of change, without which the field is ignored (13.1.3).

    Where there are entity tags it has none: when the entity changed does not tell when its form did (8.8.2.1).
    """
    return None if has_last_modified(resource) else True


def modified_since(resource: R, x: X) -> Answer:
    return _shows_request(x) or _is_modified(resource, x, "if-modified-since", unknown=True)


def _shows_request(x: X) -> bool:
    """Whether the representation shows this very request, so that no client can have it already."""
    return x.renderer is not None and x.renderer.render_response is not None


def _is_modified(resource: R, x: X, field: str, *, unknown: bool) -> bool:
    limit: datetime | None = parse_date(field_of(x, field))
    modified = resource.last_modified(x)
    return unknown if modified is None or limit is None else is_later(modified, limit)
