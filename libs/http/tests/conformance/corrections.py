"""Corrections: the reasons for which a run may differ from Liberator's, each with its rule.

docs/decisions/graph-departures.md explains all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ogrom.http.negotiation import best_encoding, preferences

from .differences import MOVED, Case, Detour, FieldDifference


@dataclass(frozen=True)
class Correction:
    """A reason to differ.

    Attributes:
        id: its name.
        reason: where RFC 9110 (or another) says so, or the harm that Liberator's answer does.
        path: explains a detour.
        field: explains another value of a header field.
    """

    id: str
    reason: str
    path: Callable[[Case, Detour], bool] = lambda case, detour: False
    field: Callable[[Case, FieldDifference], bool] = lambda case, difference: False

    def explains(self, case: Case) -> bool:
        """Whether this correction causes the difference."""
        if isinstance(case.difference, Detour):
            return self.path(case, case.difference)
        return self.field(case, case.difference)


# Rules about the path.


def _turns(detour: Detour, node: str, *, after: str = "") -> bool:
    """Whether the paths part at the answer of one node."""
    answers = {detour.theirs[:1], detour.ours[:1]}
    return answers == {(f"{node}+",), (f"{node}-",)} and detour.after.startswith(after)


def _gone_post(case: Case, detour: Detour) -> bool:
    unset = "can-post-to-gone?" not in case.vector.resource
    return unset and detour.after == "post_to_gone+" and detour.ours[:1] == ("can_post_to_gone-",)


def _if_match_missing(case: Case, detour: Detour) -> bool:
    """It is asked later: in its old place only `*` was refused, in its new one any tag is."""
    if not ("exists-" in case.theirs.path and "exists-" in case.ours.path):
        return False
    if MOVED in (*detour.theirs, *detour.ours):
        return True
    refusal = ("if_match_star_exists_for_missing+", "handle_precondition_failed")
    later = (detour.after, detour.theirs) == ("exists-", ()) and case.ours.path[-2:] == refusal
    return bool(case.field("if-match")) and (later or refusal in (detour.theirs, detour.ours[-2:]))


def _precedence(case: Case, detour: Detour) -> bool:
    if detour.after in ("if_match_star+", "etag_matches_for_if_match+"):
        return detour.theirs[:1] in (("if_unmodified_since_exists-",), ("if_unmodified_since_exists+",))
    unmatched = detour.after == "etag_matches_for_if_none-"
    return unmatched and detour.theirs[:1] in (("if_modified_since_exists-",), ("if_modified_since_exists+",))


def _ims_methods(case: Case, detour: Detour) -> bool:
    return case.method not in ("GET", "HEAD") and _turns(detour, "if_modified_since_exists")


def _no_last_modified(case: Case, detour: Detour) -> bool:
    return "last-modified" not in case.vector.resource and detour.theirs[:1] == ("modified_since-",)


def _ims_etag_path(case: Case, detour: Detour) -> bool:
    return "etag" in case.vector.resource and detour.theirs[:1] == ("modified_since-",)


def _ims_etag_field(case: Case, difference: FieldDifference) -> bool:
    resource = case.vector.resource
    sent = difference.name == "Last-Modified" and difference.theirs == resource.get("last-modified")
    return sent and difference.ours is None and "etag" in resource and _is_about_the_entity(case)


def _etag_lists(case: Case, detour: Detour) -> bool:
    field = "if-match" if _turns(detour, "etag_matches_for_if_match") else "if-none-match"
    parted = _turns(detour, "etag_matches_for_if_match") or _turns(detour, "etag_matches_for_if_none")
    return parted and ("," in case.field(field) or "W/" in case.field(field))


def _form_path(case: Case, detour: Detour) -> bool:
    return (
        _turns(detour, "etag_matches_for_if_none") and detour.ours[0].endswith("-") and _is_other_form(case)
    )


def _form_field(case: Case, difference: FieldDifference) -> bool:
    if difference.name != "ETag" or None in (difference.theirs, difference.ours):
        return False
    plain = str(difference.theirs).strip('"')
    return str(difference.ours).startswith(f'"{plain}-') and _is_other_form(case)


def _is_other_form(case: Case) -> bool:
    """Whether the client gets a type or language other than the preferred one."""
    other_type = bool(case.field("accept")) and case.media_type not in (None, *case.offers("media-types")[:1])
    return other_type or case.language not in (None, *case.languages[:1])


def _options_path(case: Case, detour: Detour) -> bool:
    added = case.method == "OPTIONS" or (case.method == "HEAD" and "GET" in case.methods)
    unlisted = case.method not in case.methods
    return added and unlisted and _turns(detour, "method_allowed")


def _new_default(case: Case, detour: Detour) -> bool:
    unset = "new?" not in case.vector.resource
    return unset and case.method == "PUT" and "exists+" in case.ours.path and detour.theirs[:1] == ("new+",)


def _put_missing(case: Case, detour: Detour) -> bool:
    ends = (detour.theirs, detour.ours) == (("handle_not_implemented",), ("handle_not_found",))
    return ends and detour.after == "can_put_to_missing-"


def _patch_conflict(case: Case, detour: Detour) -> bool:
    return detour.after == "method_patch+" and detour.ours[0] in ("conflict+", "conflict-")


# Rules about negotiation.


def _accept_path(case: Case, detour: Detour) -> bool:
    found = f"media_type_available{'-' if case.media_type is None else '+'}"
    return _turns(detour, "media_type_available") and detour.ours[0] == found and _is_contested(case)


def _accept_empty_path(case: Case, detour: Detour) -> bool:
    turns = _turns(detour, "media_type_available") and detour.theirs[0] == "media_type_available-"
    return turns and not case.offers("media-types")


def _accept_empty_field(case: Case, difference: FieldDifference) -> bool:
    plain = _bare(difference.theirs) in (None, "text/plain") and case.ours.status < 400
    return difference.name == "Content-Type" and plain and not case.offers("media-types")


def _accept_field(case: Case, difference: FieldDifference) -> bool:
    theirs, ours = _bare(difference.theirs), _bare(difference.ours)
    offered = difference.name == "Content-Type" and theirs in case.offers("media-types")
    chosen = offered and theirs != ours == case.media_type
    return chosen and case.ours.status < 400 and _is_contested(case)


def _is_contested(case: Case) -> bool:
    """Whether Accept has what Liberator reads differently: a weight of 0, a tie, overlap, parameters or capitals."""
    ranges = preferences(case.field("accept"))
    weights = [each.weight for each in ranges]
    return (
        0 in weights
        or len(set(weights)) < len(weights)
        or any("*" in each.value for each in ranges)
        or any(each.parameters for each in ranges)
        or case.field("accept") != case.field("accept").lower()
    )


def _bare(content_type: str | None) -> str | None:
    return content_type and content_type.partition(";")[0]


def _language_path(case: Case, detour: Detour) -> bool:
    """Liberator refuses where lookup goes on, or where the default language is better than none."""
    turns = _turns(detour, "language_available", after="accept_language_exists+")
    return turns and detour.ours[0] == "language_available+"


def _language_field(case: Case, difference: FieldDifference) -> bool:
    """Another language by lookup, or the default one if the client accepts none or does not say."""
    known = difference.theirs is None or difference.theirs in case.offers("languages")
    return difference.name == "Content-Language" and known and difference.ours == case.language


def _charset(case: Case, difference: FieldDifference) -> bool:
    same = difference.name == "Content-Type" and _bare(difference.theirs) == _bare(difference.ours)
    return same and difference.theirs is not None and ";charset=UTF-8" in difference.theirs


def _encoding_path(case: Case, detour: Detour) -> bool:
    found = best_encoding(case.field("accept-encoding"), tuple(case.offers("encodings")))
    turns = _turns(detour, "encoding_available", after="accept_encoding_exists+")
    return turns and detour.ours[0] == f"encoding_available{'-' if found is None else '+'}"


def _encoding_field(case: Case, difference: FieldDifference) -> bool:
    """Liberator names a coding that it does not apply; we name what we apply, which is none for short content."""
    named = difference.name == "Content-Encoding" and difference.theirs in ("gzip", "identity")
    return named and difference.ours is None


def _vary(case: Case, difference: FieldDifference) -> bool:
    choices = {
        "Accept": len(case.offers("media-types")) > 1 or case.ours.status >= 400,  # problems have forms too
        "Accept-Language": len(case.languages) > 1,
        "Accept-Encoding": "gzip" in case.offers("encodings"),
    }
    axes = ", ".join(axis for axis, chosen in choices.items() if chosen)
    named = {*filter(None, (difference.theirs or "").split(", "))}
    return difference.name == "Vary" and named <= choices.keys() and (difference.ours or "") == axes


# Rules about other header fields.


def _error_form(case: Case, difference: FieldDifference) -> bool:
    about_content = {
        "Content-Type": _bare(difference.theirs) in ("text/plain", *case.offers("media-types")),
        "Content-Language": difference.theirs in case.offers("languages"),
        "Content-Encoding": difference.theirs in ("identity", *case.offers("encodings")),
    }
    form = _bare(case.ours.headers.get("Content-Type"))
    problem = form in ("application/problem+json", "application/msgpack", "text/html")
    return about_content.get(difference.name, False) and problem and case.ours.status >= 400


def _options_field(case: Case, difference: FieldDifference) -> bool:
    if difference.name != "Allow" or difference.ours is None:
        return False
    listed, ours = case.methods, difference.ours.split(", ")
    added = {"OPTIONS", "HEAD"} if "GET" in listed else {"OPTIONS"}
    return set(ours) == {*listed, *added} and (difference.theirs or "").split(", ") == listed


def _is_about_the_entity(case: Case) -> bool:
    return case.method in ("GET", "HEAD") and case.ours.status in (200, 304)


def _validators(case: Case, difference: FieldDifference) -> bool:
    resource = case.vector.resource
    entity = {"ETag": f'"{resource.get("etag")}"', "Last-Modified": resource.get("last-modified")}
    theirs = difference.name in entity and entity[difference.name] == difference.theirs
    return theirs and difference.ours is None and not _is_about_the_entity(case)


def _no_content(case: Case, difference: FieldDifference) -> bool:
    empty = case.ours.status in (204, 304) or case.ours.headers.get("Content-Length") == "0"
    about_content = ("Content-Type", "Content-Language", "Content-Encoding")
    return empty and difference.name in about_content and difference.ours is None


def _accept_patch(case: Case, difference: FieldDifference) -> bool:
    return difference.name == "Accept-Patch" and (difference.theirs, difference.ours) == ("", None)


CORRECTIONS = (
    Correction("gone-post", "a forgotten default made it a 500", path=_gone_post),
    Correction("if-match-missing", "13.1.1, 13.2.1", path=_if_match_missing),
    Correction("precedence", "13.2.2", path=_precedence),
    Correction("ims-methods", "13.1.3", path=_ims_methods),
    Correction("no-last-modified", "13.1.3", path=_no_last_modified),
    Correction(
        "ims-etag",
        "8.8.2.1, 13.1.3: when the entity changed does not tell when its form did",
        path=_ims_etag_path,
        field=_ims_etag_field,
    ),
    Correction("etag-lists", "8.8.3.2, 13.1.1, 13.1.2", path=_etag_lists),
    Correction(
        "etag-forms", "8.8.3: a strong tag names one form of the state", path=_form_path, field=_form_field
    ),
    Correction("vary", "12.5.5", field=_vary),
    Correction("accept-q", "12.5.1", path=_accept_path, field=_accept_field),
    Correction(
        "accept-empty",
        "a resource that names no media type refused all",
        path=_accept_empty_path,
        field=_accept_empty_field,
    ),
    Correction("language", "12.5.4, RFC 4647, 3.4", path=_language_path, field=_language_field),
    Correction("error-form", "RFC 9457", field=_error_form),
    Correction(
        "no-content", "8.3, 15.4.5: Content-* fields are about content that is there", field=_no_content
    ),
    Correction("charset", "12.5.2", field=_charset),
    Correction("encoding", "8.4, 12.5.3", path=_encoding_path, field=_encoding_field),
    Correction("options", "9.1, 9.3.7", path=_options_path, field=_options_field),
    Correction("new-default", "9.3.4", path=_new_default),
    Correction("put-missing", "501 is about methods (15.6.2)", path=_put_missing),
    Correction("patch-conflict", "RFC 5789, 2.2", path=_patch_conflict),
    Correction("validators", "8.8: validators are about the selected representation", field=_validators),
    Correction("accept-patch", "RFC 5789, 3.1: it names at least one type", field=_accept_patch),
)
