"""The graph: every decision from the request's arrival to the response's status, in request order.

It is Liberator's graph (https://clojure-liberator.github.io), corrected where that departs from RFC 9110, as one
table. A row is a node: its name, where True and False lead, its default answer, and what it asks. A default is a
constant, or a function of `decisions` or `conditional`; a `static` one decides from the class and the method alone.
Section numbers are RFC 9110's unless another RFC is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from . import conditional, decisions, idempotency, problems
from .decisions import Has, StaticDecision, is_date, is_star
from .nodes import Constant
from .problem import ProblemType


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the graph.

    Attributes:
        name: as in a resource.
        kind: a decision goes on to one of two nodes, an action changes something and goes on, a handler ends.
        about: what the node asks or says.
        on_true, on_false: the names of the next nodes, the same for an action, empty for a handler.
        default: the answer of a resource that gives none: `(resource, exchange) -> answer`.
        static: answers from the class and the method alone; None if it cannot.
        methods: the node is asked for these only, and is False for others; empty for every method.
        status: of a handler's response, otherwise 0.
        types: of the problems that the default answer refuses with.
    """

    name: str
    kind: Literal["decision", "action", "handler"]
    about: str
    on_true: str
    on_false: str
    default: Callable[[Any, Any], Any]
    static: StaticDecision | None = None
    methods: tuple[str, ...] = ()
    status: int = 0
    types: tuple[ProblemType, ...] = ()


def decide(
    name: str,
    on_true: str,
    on_false: str,
    default: bool | Callable[[Any, Any], Any],
    about: str,
    *,
    static: StaticDecision | None = None,
    methods: tuple[str, ...] = (),
    types: tuple[ProblemType, ...] = (),
) -> Node:
    answer = Constant(default) if isinstance(default, bool) else default
    return Node(name, "decision", about, on_true, on_false, answer, static, methods, types=types)


def method(
    name: str, on_true: str, on_false: str, *methods: str, types: tuple[ProblemType, ...] = ()
) -> Node:
    """A decision that asks for the method only."""
    about = f"Is the method {' or '.join(methods)}?"
    return decide(name, on_true, on_false, True, about, methods=methods, types=types)


def act(name: str, then: str, about: str) -> Node:
    return Node(name, "action", about, then, then, Constant(None))


def handle(
    name: str,
    status: int,
    default: Callable[[Any, Any], Any],
    about: str,
    *,
    types: tuple[ProblemType, ...] = (),
) -> Node:
    return Node(name, "handler", about, "", "", default, status=status, types=types)


START = "initialize_context"
EXCEPTION = "handle_exception"

# fmt: off
GRAPH: tuple[Node, ...] = (
    # May this request be served at all?
    act("initialize_context", "service_available",
        "Prepare what every decision needs."),
    decide("service_available", "too_many_requests", "handle_service_not_available", True,
        "Can the service answer now? (15.6.4)"),
    decide("too_many_requests", "handle_too_many_requests", "known_method", False,
        "Has this client sent too many requests? (RFC 6585, 4)"),
    decide("known_method", "uri_too_long", "handle_unknown_method", False,
        "Is the method known to the service? (9.1)", static=decisions.known_method),
    decide("uri_too_long", "handle_uri_too_long", "method_allowed", False,
        "Is the target longer than the resource reads? (15.5.15)"),
    decide("method_allowed", "malformed", "handle_method_not_allowed", False,
        "Does the resource answer this method? (15.5.6)", static=decisions.method_allowed),
    decide("malformed", "handle_malformed", "authorized", False,
        "Is the request malformed? (15.5.1)"),
    decide("authorized", "allowed", "handle_unauthorized", True,
        "Is it known who sends the request, if that matters? (15.5.2)"),
    decide("allowed", "valid_content_header", "handle_forbidden", True,
        "May the client do this? (15.5.4)"),
    # Can its query and its content be read?
    decide("valid_content_header", "known_content_type", "handle_not_implemented", True,
        "Are all Content-* fields understood? (9.3.4)"),
    decide("known_content_type", "valid_entity_length", "handle_unsupported_media_type",
        decisions.known_content_type,
        "Is the content of a type that the action reads? (15.5.16)", static=decisions.takes_no_body,
        types=(problems.UNSUPPORTED_MEDIA_TYPE, problems.UNSUPPORTED_CONTENT_CODING)),
    decide("valid_entity_length", "is_options", "handle_request_entity_too_large", decisions.valid_entity_length,
        "Is the content short enough? (15.5.14)", static=decisions.takes_no_body,
        types=(problems.CONTENT_TOO_LARGE,)),
    method("is_options", "handle_options", "query_well_formed", "OPTIONS"),
    decide("query_well_formed", "body_well_formed", "handle_malformed", decisions.query_well_formed,
        "Does the query have known parameters of the right types? (15.5.1)", types=(problems.INVALID_QUERY,)),
    decide("body_well_formed", "accept_exists", "handle_malformed", decisions.body_well_formed,
        "Is the content what its type says? (15.5.1)", static=decisions.takes_no_body,
        types=(problems.MALFORMED_CONTENT, problems.CONTENT_RANGE)),
    # Which representation does the client want?
    decide("accept_exists", "media_type_available", "accept_language_exists", Has("accept"),
        "Does the client say which media types it accepts? (12.5.1)"),
    decide("media_type_available", "accept_language_exists", "handle_not_acceptable",
        decisions.media_type_available, "Is one of them on offer? (15.5.7)", types=(problems.NOT_ACCEPTABLE,)),
    decide("accept_language_exists", "language_available", "accept_charset_exists", Has("accept-language"),
        "Does the client say which languages it accepts? (12.5.4)"),
    decide("language_available", "accept_charset_exists", "handle_not_acceptable",
        decisions.language_available,
        "Is one of them on offer, or is another language better than none? (RFC 4647, 3.4)",
        static=decisions.has_no_languages, types=(problems.NOT_ACCEPTABLE,)),
    decide("accept_charset_exists", "charset_available", "accept_encoding_exists", False,
        "Is a charset to be negotiated? Never: it is UTF-8. (12.5.2)"),
    decide("charset_available", "accept_encoding_exists", "handle_not_acceptable", True,
        "Is one of the charsets on offer? (12.5.2)"),
    decide("accept_encoding_exists", "encoding_available", "body_valid", Has("accept-encoding"),
        "Does the client say which content codings it accepts? (12.5.3)"),
    decide("encoding_available", "body_valid", "handle_not_acceptable", decisions.encoding_available,
        "Is one of them on offer? (12.5.3)", types=(problems.NOT_ACCEPTABLE,)),
    decide("body_valid", "body_allowed", "handle_unprocessable_entity", decisions.body_valid,
        "Does the content have every field that the action needs, each of its type? (15.5.21)",
        static=decisions.takes_no_body, types=(problems.INVALID_CONTENT,)),
    decide("body_allowed", "idempotency_key_exists", "handle_forbidden", True,
        "May the client write this content? (15.5.4)"),
    # Was it carried out already? Then it is answered as it was then, whatever has changed since.
    decide("idempotency_key_exists", "idempotency_key_well_formed", "processable", Has(idempotency.FIELD),
        "Does the client say how to tell this write from others? (Idempotency-Key, 2)",
        static=idempotency.keeps_no_keys, methods=idempotency.METHODS),
    decide("idempotency_key_well_formed", "idempotency_key_used", "handle_malformed",
        idempotency.idempotency_key_well_formed,
        "Can the key be read? (RFC 8941, 3.3.3)", types=(problems.MALFORMED_IDEMPOTENCY_KEY,)),
    decide("idempotency_key_used", "idempotency_key_matches", "processable", False,
        "Was a request with this key carried out already? (Idempotency-Key, 2.6)"),
    decide("idempotency_key_matches", "is_repeated_delete", "handle_unprocessable_entity",
        idempotency.idempotency_key_matches,
        "Was it this request? (Idempotency-Key, 2.7)", types=(problems.IDEMPOTENCY_KEY_REUSED,)),
    method("is_repeated_delete", "delete_enacted", "is_repeated_patch", "DELETE"),
    method("is_repeated_patch", "patch_enacted", "is_repeated_post", "PATCH"),
    method("is_repeated_post", "post_enacted", "put_enacted", "POST"),
    # May it be carried out, and on what?
    decide("processable", "exists", "handle_unprocessable_entity", True,
        "Does the content pass the resource's own checks? (15.5.21)"),
    decide("exists", "entity_allowed", "method_put", True,
        "Is there something behind the URL?"),
    # There is: may the client do this to it, and do the preconditions hold?
    decide("entity_allowed", "if_match_exists", "handle_forbidden", True,
        "May the client do this to the entity? (15.5.4; before its preconditions, 13.2.1)"),
    decide("if_match_exists", "if_match_star", "precondition_required", Has("if-match"),
        "Is the request for certain states only? (13.1.1)"),
    decide("precondition_required", "handle_precondition_required", "if_unmodified_since_exists", False,
        "Must a change name the state that it is for? (RFC 6585, 3)",
        methods=("PUT", "PATCH", "DELETE")),
    decide("if_match_star", "if_none_match_exists", "etag_matches_for_if_match", is_star("if-match"),
        "Is any state meant? (13.1.1)"),
    decide("etag_matches_for_if_match", "if_none_match_exists", "handle_precondition_failed",
        conditional.etag_matches_for_if_match, "Is the present state meant? (13.1.1)",
        types=(problems.STALE_REVISION, problems.NO_ENTITY_TAG)),
    decide("if_unmodified_since_exists", "if_unmodified_since_valid_date", "if_none_match_exists",
        Has("if-unmodified-since"), "Is the request for a state not newer than a date? (13.1.4)"),
    decide("if_unmodified_since_valid_date", "unmodified_since", "if_none_match_exists",
        is_date("if-unmodified-since"), "Can the date be read? (5.6.7)"),
    decide("unmodified_since", "handle_precondition_failed", "if_none_match_exists",
        conditional.unmodified_since,
        "Was there a change after the date? (Liberator's name says the opposite. 13.1.4)",
        types=(problems.STALE_REVISION,)),
    decide("if_none_match_exists", "if_none_match_star", "if_modified_since_exists", Has("if-none-match"),
        "Is the request for states other than certain ones? (13.1.2)"),
    decide("if_none_match_star", "if_none_match", "etag_matches_for_if_none", is_star("if-none-match"),
        "Is it for no state at all? (13.1.2)"),
    decide("etag_matches_for_if_none", "if_none_match", "method_delete", conditional.etag_matches_for_if_none,
        "Is the present state among them? (13.1.2)"),
    decide("if_modified_since_exists", "if_modified_since_valid_date", "method_delete",
        Has("if-modified-since"),
        "Is the request for a state newer than a date? (13.1.3)", methods=("GET", "HEAD")),
    decide("if_modified_since_valid_date", "modified_since", "method_delete", is_date("if-modified-since"),
        "Can the date be read? (5.6.7)"),
    decide("modified_since", "method_delete", "handle_not_modified", conditional.modified_since,
        "Was there a change after the date? Beside entity tags no date tells. (13.1.3)",
        static=conditional.modified_since_statically),
    method("if_none_match", "handle_not_modified", "handle_precondition_failed", "GET", "HEAD",
        types=(problems.UNWANTED_STATE,)),
    # What is to be done with it?
    method("method_delete", "delete", "method_patch", "DELETE"),
    method("method_patch", "conflict", "post_to_existing", "PATCH"),
    method("post_to_existing", "conflict", "put_to_existing", "POST"),
    method("put_to_existing", "conflict", "multiple_representations", "PUT"),
    # There is nothing: may it be made, was there something, has it moved?
    method("method_put", "put_to_different_url", "existed", "PUT"),
    decide("put_to_different_url", "handle_moved_permanently", "can_put_to_missing", False,
        "Must it be put elsewhere? (9.3.4)"),
    decide("can_put_to_missing", "if_match_star_exists_for_missing", "handle_not_found", True,
        "May a client create it here? (9.3.4)"),
    decide("existed", "permanent_redirect", "post_to_missing", False,
        "Was there something before?"),
    decide("permanent_redirect", "handle_permanent_redirect", "moved_permanently", False,
        "Has it moved for good, for every method? (15.4.9)"),
    decide("moved_permanently", "handle_moved_permanently", "moved_temporarily", False,
        "Has it moved for good? (15.4.2)"),
    decide("moved_temporarily", "handle_moved_temporarily", "post_to_gone", False,
        "Has it moved temporarily? (15.4.8)"),
    method("post_to_gone", "can_post_to_gone", "handle_gone", "POST"),
    decide("can_post_to_gone", "if_match_star_exists_for_missing", "handle_gone", False,
        "May a client post to what is gone? (15.5.11)"),
    method("post_to_missing", "can_post_to_missing", "handle_not_found", "POST"),
    decide("can_post_to_missing", "if_match_star_exists_for_missing", "handle_not_found", True,
        "May a client post to what does not exist?"),
    decide("if_match_star_exists_for_missing", "handle_precondition_failed", "is_put", Has("if-match"),
        "Is the request for certain states only, though there is none? (13.1.1)",
        types=(problems.STALE_REVISION,)),
    method("is_put", "conflict", "post", "PUT"),
    # Do it.
    decide("conflict", "handle_conflict", "method_post", False,
        "Does the change contradict the present state? (15.5.10)"),
    method("method_post", "post", "is_patch", "POST"),
    method("is_patch", "patch", "put", "PATCH"),
    act("delete", "delete_enacted",
        "Delete the entity. (9.3.5)"),
    act("patch", "patch_enacted",
        "Change parts of the entity. (RFC 5789)"),
    act("post", "post_enacted",
        "Process the content. (9.3.3)"),
    act("put", "put_enacted",
        "Store the content as the entity. (9.3.4)"),
    decide("delete_enacted", "respond_with_entity", "handle_accepted", True,
        "Has the deletion happened already? (15.3.3)"),
    decide("patch_enacted", "respond_with_entity", "handle_accepted", True,
        "Has the change happened already? (15.3.3)"),
    decide("post_enacted", "post_redirect", "handle_accepted", True,
        "Has the processing happened already? (15.3.3)"),
    decide("put_enacted", "new", "handle_accepted", True,
        "Has the change happened already? (15.3.3)"),
    # What does the response say?
    decide("post_redirect", "handle_see_other", "new", False,
        "Is the answer elsewhere? (15.4.4)"),
    decide("new", "handle_created", "respond_with_entity", decisions.new,
        "Did the action make something new? (15.3.2)", static=decisions.new_statically),
    decide("respond_with_entity", "multiple_representations", "handle_no_content", False,
        "Does the answer show the entity? (15.3.5)"),
    decide("multiple_representations", "handle_multiple_representations", "handle_ok", False,
        "Must the client choose between representations? (15.4.1)"),
    handle("handle_ok", 200, decisions.nothing,
        "The resource as it is now."),
    handle("handle_options", 200, decisions.nothing,
        "The methods of the resource, in Allow."),
    handle("handle_created", 201, decisions.result,
        "What was created; Location has its URL."),
    handle("handle_accepted", 202, decisions.result,
        "The request is accepted, and will be carried out later."),
    handle("handle_no_content", 204, decisions.nothing,
        "Done; there is nothing to show."),
    handle("handle_multiple_representations", 300, decisions.nothing,
        "The representations to choose from."),
    handle("handle_moved_permanently", 301, decisions.nothing,
        "It has moved to Location for good."),
    handle("handle_see_other", 303, decisions.nothing,
        "Read the answer at Location."),
    handle("handle_not_modified", 304, decisions.nothing,
        "The client's copy is still current."),
    handle("handle_moved_temporarily", 307, decisions.nothing,
        "It is at Location for the time being."),
    handle("handle_permanent_redirect", 308, decisions.nothing,
        "It has moved to Location for good, for every method."),
    handle("handle_malformed", 400, decisions.refused("The request cannot be understood."),
        "The request cannot be understood."),
    handle("handle_unauthorized", 401, decisions.unauthorized,
        "The client must authenticate; WWW-Authenticate says how."),
    handle("handle_forbidden", 403, decisions.refused(),
        "The client may not do this."),
    handle("handle_not_found", 404, decisions.not_found,
        "There is nothing at this URL."),
    handle("handle_method_not_allowed", 405, decisions.method_not_allowed,
        "The resource does not allow this method; Allow lists those that it does."),
    handle("handle_not_acceptable", 406, decisions.refused(),
        "No representation that the client accepts is on offer."),
    handle("handle_conflict", 409, decisions.refused(),
        "The change contradicts the present state."),
    handle("handle_gone", 410, decisions.refused(),
        "What was at this URL is gone."),
    handle("handle_precondition_failed", 412, conditional.precondition_failed,
        "The resource is not in the state that the request requires."),
    handle("handle_request_entity_too_large", 413, decisions.refused(),
        "The content is too long."),
    handle("handle_uri_too_long", 414, decisions.refused(),
        "The target is too long."),
    handle("handle_unsupported_media_type", 415, decisions.refused(),
        "The content is of a type that the resource does not read."),
    handle("handle_unprocessable_entity", 422, decisions.refused(),
        "The content is well-formed, but has errors."),
    handle("handle_precondition_required", 428, decisions.refused(
            "Read the resource, then send its ETag in If-Match, so that you overwrite nobody else's change.",
            problems.IF_MATCH_REQUIRED),
        "The request must name the state that it changes, in If-Match.", types=(problems.IF_MATCH_REQUIRED,)),
    handle("handle_too_many_requests", 429, decisions.refused(),
        "The client sent too many requests; Retry-After says when to try again."),
    handle("handle_exception", 500, decisions.exception,
        "The service failed."),
    handle("handle_unknown_method", 501, decisions.unknown_method,
        "The service does not support the method."),
    handle("handle_not_implemented", 501, decisions.refused(),
        "The service cannot do what a Content-* field asks."),
    handle("handle_service_not_available", 503, decisions.refused(),
        "The service cannot answer now; Retry-After says when to try again."),
)
# fmt: on

NODES: dict[str, Node] = {node.name: node for node in GRAPH}
