"""The table of witnesses: for each rule the requests that may show it, and what of two answers shows it.

A rule that no request can show is in `UNSHOWN`, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ogrom_tools.witness import differences, requests
from ogrom_tools.witness.case import Case
from ogrom_tools.witness.differences import NEW, OLD, Difference, Pair
from ogrom_tools.witness.messages import Request


class Way(NamedTuple):
    """How a rule is shown."""

    requests: Callable[[Case], Iterable[Request]]
    difference: Callable[[Case, Pair], Difference]


_DESCRIBED = "only the description says so; no answer changes"
_NAMES = "it is about a name in the code that generators make; what is sent stays"

UNSHOWN: Mapping[str, str] = {
    "operation-renamed": _NAMES,
    "path-parameter-renamed": _NAMES,
    "schema-renamed": _NAMES,
    "parameter-deprecated": _DESCRIBED,
    "parameter-kept": _DESCRIBED,
    "member-deprecated": _DESCRIBED,
    "member-kept": _DESCRIBED,
    "value-deprecated": _DESCRIBED,
    "status-added-with-parameter": "it takes a parameter that the old release does not know",
}
"""Why no request shows these rules."""

_DEPRECATION = Way(requests.good, differences.header("Deprecation"))
_SUNSET = Way(requests.good, differences.header("Sunset"))
_CACHING = Way(requests.all_probes, differences.header("Cache-Control"))

SHOWN: Mapping[str, Way] = {
    "operation-added": Way(requests.good, differences.served),
    "operation-removed": Way(requests.good, differences.served),
    "deprecated-operation-removed": Way(requests.good, differences.served),
    "operation-deprecated": _DEPRECATION,
    "operation-kept": _DEPRECATION,
    "sunset-earlier": _SUNSET,
    "sunset-later": _SUNSET,
    "parameter-added": Way(requests.with_parameter, differences.anything),
    "parameter-added-required": Way(requests.without_parameter, differences.refused(NEW)),
    "parameter-required": Way(requests.without_parameter, differences.refused(NEW)),
    "parameter-optional": Way(requests.without_parameter, differences.refused(OLD)),
    "parameter-removed": Way(requests.with_parameter, differences.anything),
    "deprecated-parameter-removed": Way(requests.with_parameter, differences.anything),
    "parameter-style-changed": Way(requests.in_both_styles, differences.anything),
    "precondition-required": Way(requests.without_parameter, differences.refused(NEW, 428)),
    "precondition-optional": Way(requests.without_parameter, differences.refused(OLD, 428)),
    "precondition-added": Way(requests.with_precondition, differences.other_status),
    "precondition-removed": Way(requests.with_precondition, differences.other_status),
    "body-added": Way(requests.with_content, differences.anything),
    "body-required": Way(requests.without_content, differences.refused(NEW)),
    "body-optional": Way(requests.without_content, differences.refused(OLD)),
    "body-removed": Way(requests.with_content, differences.anything),
    "body-type-added": Way(requests.of_type, differences.refused(OLD, 415)),
    "body-type-removed": Way(requests.of_type, differences.refused(NEW, 415)),
    "token-required": Way(requests.without_token, differences.refused(NEW, 401)),
    "token-optional": Way(requests.without_token, differences.refused(OLD, 401)),
    "scope-added": Way(requests.with_scopes, differences.refused(NEW, 403)),
    "scope-removed": Way(requests.with_scopes, differences.refused(OLD, 403)),
    "scheme-changed": Way(requests.without_token, differences.header("WWW-Authenticate")),
    "status-added": Way(requests.all_probes, differences.status(NEW)),
    "common-status-added": Way(requests.all_probes, differences.status(NEW)),
    "status-removed": Way(requests.all_probes, differences.status(OLD)),
    "error-removed": Way(requests.all_probes, differences.status(OLD)),
    "problem-type-added": Way(requests.all_probes, differences.problem_type(NEW)),
    "problem-type-removed": Way(requests.all_probes, differences.problem_type(OLD)),
    "media-type-added": Way(requests.accepting, differences.media_type(NEW)),
    "media-type-removed": Way(requests.accepting, differences.media_type(OLD)),
    "default-type-changed": Way(requests.all_probes, differences.media_type(OLD, NEW)),
    "header-added": Way(requests.all_probes, differences.named_header(NEW)),
    "header-removed": Way(requests.all_probes, differences.named_header(OLD)),
    "header-lacking": Way(requests.all_probes, differences.named_header(OLD)),
    "header-always": Way(requests.all_probes, differences.named_header(NEW)),
    "vary-grew": Way(requests.all_probes, differences.header("Vary")),
    "vary-shrank": Way(requests.all_probes, differences.header("Vary")),
    "lifetime-longer": _CACHING,
    "lifetime-shorter": _CACHING,
    "stored": _CACHING,
    "not-stored": _CACHING,
    "shared": _CACHING,
    "not-shared": _CACHING,
    "caching-changed": _CACHING,
    "link-added": Way(requests.all_probes, differences.link(NEW)),
    "link-removed": Way(requests.all_probes, differences.link(OLD)),
    "link-changed": Way(requests.all_probes, differences.link(OLD, NEW)),
    "member-added-required": Way(requests.with_and_without_member, differences.refused(NEW)),
    "member-accepted": Way(requests.with_and_without_member, differences.anything),
    "member-refused": Way(requests.with_and_without_member, differences.anything),
    "deprecated-member-refused": Way(requests.with_and_without_member, differences.anything),
    "member-required": Way(requests.with_and_without_member, differences.refused(NEW)),
    "member-optional": Way(requests.with_and_without_member, differences.refused(OLD)),
    "default-changed": Way(requests.without_default, differences.anything),
    "values-refused": Way(requests.sent_values, differences.refused(NEW)),
    "deprecated-values-refused": Way(requests.sent_values, differences.refused(NEW)),
    "values-accepted": Way(requests.sent_values, differences.refused(OLD)),
    "member-added": Way(requests.all_probes, differences.member(gone=False)),
    "member-removed": Way(requests.all_probes, differences.member(gone=True)),
    "deprecated-member-removed": Way(requests.all_probes, differences.member(gone=True)),
    "member-lacking": Way(requests.all_probes, differences.member(gone=True)),
    "member-always": Way(requests.all_probes, differences.member(gone=False)),
    "values-added": Way(requests.all_probes, differences.new_values),
    "known-values-added": Way(requests.all_probes, differences.new_values),
    "values-removed": Way(requests.all_probes, differences.old_values),
}
"""How the other rules are shown."""
