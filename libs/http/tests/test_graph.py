import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from ogrom.http import GRAPH, Node, nodes
from ogrom.http.graph import EXCEPTION, NODES, START
from ogrom.http.nodes import Nodes
from ogrom.http.problem import phrase

# Liberator 0.15.3, its names without ? and ! and with underscores: decisions and actions with where true and
# false lead, then handlers with their status.
LIBERATOR = """
initialize_context service_available service_available
service_available known_method handle_service_not_available
known_method uri_too_long handle_unknown_method
uri_too_long handle_uri_too_long method_allowed
method_allowed malformed handle_method_not_allowed
malformed handle_malformed authorized
authorized allowed handle_unauthorized
allowed valid_content_header handle_forbidden
valid_content_header known_content_type handle_not_implemented
known_content_type valid_entity_length handle_unsupported_media_type
valid_entity_length is_options handle_request_entity_too_large
is_options handle_options accept_exists
accept_exists media_type_available accept_language_exists
media_type_available accept_language_exists handle_not_acceptable
accept_language_exists language_available accept_charset_exists
language_available accept_charset_exists handle_not_acceptable
accept_charset_exists charset_available accept_encoding_exists
charset_available accept_encoding_exists handle_not_acceptable
accept_encoding_exists encoding_available processable
encoding_available processable handle_not_acceptable
processable exists handle_unprocessable_entity
exists if_match_exists if_match_star_exists_for_missing
if_match_exists if_match_star if_unmodified_since_exists
if_match_star if_unmodified_since_exists etag_matches_for_if_match
etag_matches_for_if_match if_unmodified_since_exists handle_precondition_failed
if_unmodified_since_exists if_unmodified_since_valid_date if_none_match_exists
if_unmodified_since_valid_date unmodified_since if_none_match_exists
unmodified_since handle_precondition_failed if_none_match_exists
if_none_match_exists if_none_match_star if_modified_since_exists
if_none_match_star if_none_match etag_matches_for_if_none
etag_matches_for_if_none if_none_match if_modified_since_exists
if_modified_since_exists if_modified_since_valid_date method_delete
if_modified_since_valid_date modified_since method_delete
modified_since method_delete handle_not_modified
method_delete delete method_patch
method_patch patch post_to_existing
delete delete_enacted delete_enacted
delete_enacted respond_with_entity handle_accepted
post_to_existing conflict put_to_existing
put_to_existing conflict multiple_representations
if_none_match handle_not_modified handle_precondition_failed
if_match_star_exists_for_missing handle_precondition_failed method_put
method_put put_to_different_url existed
put_to_different_url handle_moved_permanently can_put_to_missing
can_put_to_missing conflict handle_not_implemented
conflict handle_conflict method_post
method_post post put
put put_enacted put_enacted
patch patch_enacted patch_enacted
patch_enacted respond_with_entity handle_accepted
existed moved_permanently post_to_missing
moved_permanently handle_moved_permanently moved_temporarily
moved_temporarily handle_moved_temporarily post_to_gone
post_to_gone can_post_to_gone handle_gone
can_post_to_gone post handle_gone
post_to_missing can_post_to_missing handle_not_found
can_post_to_missing post handle_not_found
post post_enacted post_enacted
put_enacted new handle_accepted
post_enacted post_redirect handle_accepted
post_redirect handle_see_other new
new handle_created respond_with_entity
respond_with_entity multiple_representations handle_no_content
multiple_representations handle_multiple_representations handle_ok
"""
LIBERATOR_HANDLERS = """
handle_exception 500
handle_service_not_available 503
handle_unknown_method 501
handle_uri_too_long 414
handle_method_not_allowed 405
handle_malformed 400
handle_unauthorized 401
handle_forbidden 403
handle_unsupported_media_type 415
handle_request_entity_too_large 413
handle_options 200
handle_not_acceptable 406
handle_unprocessable_entity 422
handle_not_modified 304
handle_precondition_failed 412
handle_not_implemented 501
handle_conflict 409
handle_moved_temporarily 307
handle_moved_permanently 301
handle_gone 410
handle_not_found 404
handle_created 201
handle_accepted 202
handle_multiple_representations 300
handle_no_content 204
handle_ok 200
handle_see_other 303
"""

# Where our edges differ, with the id of the correction that says why.
DEPARTURES = {
    "service_available": ("too_many_requests", "handle_service_not_available", "rate"),
    "is_options": ("handle_options", "query_well_formed", "body"),
    "accept_encoding_exists": ("encoding_available", "body_valid", "body"),
    "encoding_available": ("body_valid", "handle_not_acceptable", "body"),
    "exists": ("entity_allowed", "method_put", "forbidden"),
    "if_match_exists": ("if_match_star", "precondition_required", "precondition-required"),
    "if_match_star": ("if_none_match_exists", "etag_matches_for_if_match", "precedence"),
    "etag_matches_for_if_match": ("if_none_match_exists", "handle_precondition_failed", "precedence"),
    "etag_matches_for_if_none": ("if_none_match", "method_delete", "precedence"),
    "method_patch": ("conflict", "post_to_existing", "patch-conflict"),
    "method_post": ("post", "is_patch", "patch-conflict"),
    "if_match_star_exists_for_missing": ("handle_precondition_failed", "is_put", "if-match-missing"),
    "can_put_to_missing": ("if_match_star_exists_for_missing", "handle_not_found", "put-missing"),
    "can_post_to_gone": ("if_match_star_exists_for_missing", "handle_gone", "if-match-missing"),
    "can_post_to_missing": ("if_match_star_exists_for_missing", "handle_not_found", "if-match-missing"),
    "existed": ("permanent_redirect", "post_to_missing", "redirects"),
}
NEW = {
    "too_many_requests": "rate",
    "handle_too_many_requests": "rate",
    "query_well_formed": "body",
    "body_well_formed": "body",
    "body_valid": "body",
    "body_allowed": "forbidden",
    "idempotency_key_exists": "idempotency-key",
    "idempotency_key_well_formed": "idempotency-key",
    "idempotency_key_used": "idempotency-key",
    "idempotency_key_matches": "idempotency-key",
    "is_repeated_delete": "idempotency-key",
    "is_repeated_patch": "idempotency-key",
    "is_repeated_post": "idempotency-key",
    "entity_allowed": "forbidden",
    "precondition_required": "precondition-required",
    "handle_precondition_required": "precondition-required",
    "permanent_redirect": "redirects",
    "handle_permanent_redirect": "redirects",
    "is_put": "if-match-missing",
    "is_patch": "patch-conflict",
}


def liberator_edges() -> dict[str, tuple[str, str]]:
    rows = (line.split() for line in LIBERATOR.strip().splitlines())
    return {name: (on_true, on_false) for name, on_true, on_false in rows}


def liberator_statuses() -> dict[str, int]:
    rows = (line.split() for line in LIBERATOR_HANDLERS.strip().splitlines())
    return {name: int(status) for name, status in rows}


def next_names(node: Node) -> list[str]:
    return [name for name in (node.on_true, node.on_false) if name]


def test_names_are_unique() -> None:
    """Every row has a name of its own."""
    assert len(NODES) == len(GRAPH)


def test_the_graph_is_total() -> None:
    """Every decision and action leads on to nodes of the table, and every handler ends."""
    for node in GRAPH:
        if node.kind == "handler":
            assert (node.on_true, node.on_false) == ("", "")
        else:
            assert {node.on_true, node.on_false} <= NODES.keys()


def test_the_graph_has_no_cycle() -> None:
    """No walk comes to a node twice, so every walk ends."""

    def walks(name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            yield name
        elif name not in done:
            done.add(name)
            for each in next_names(NODES[name]):
                yield from walks(each, (*above, name))

    done: set[str] = set()
    assert list(walks(START, ())) == []


def test_every_node_is_reachable() -> None:
    """Every node can be reached from the start, except the one for exceptions."""
    reached, waiting = {EXCEPTION}, [START]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += next_names(NODES[name])
    assert reached == NODES.keys()


def test_actions_lead_to_one_place() -> None:
    """What an action returns does not change the path."""
    assert all(node.on_true == node.on_false for node in GRAPH if node.kind == "action")


def test_handlers_come_last_and_in_order_of_status() -> None:
    """A reader finds a handler by its status."""
    statuses = [node.status for node in GRAPH if node.kind == "handler"]
    assert statuses == sorted(statuses)
    assert [node.kind for node in GRAPH[-len(statuses) :]] == ["handler"] * len(statuses)


@pytest.mark.parametrize(
    "node", [node for node in GRAPH if node.kind == "handler"], ids=lambda node: node.name
)
def test_handlers_have_the_status_of_their_name(node: Node) -> None:
    """Every handler's status is Liberator's, or for a new one the status whose phrase it is named after."""
    expected = liberator_statuses().get(node.name)
    if expected is None:
        expected = next(
            status
            for status in HTTPStatus
            if node.name == f"handle_{phrase(status).lower().replace(' ', '_')}"
        )
    assert node.status == expected


def test_only_handlers_have_a_status() -> None:
    """A decision has no status of its own."""
    assert all((node.status != 0) == (node.kind == "handler") for node in GRAPH)


def test_every_node_of_liberator_is_there() -> None:
    """Every node of Liberator's is there, and every other one has a reason."""
    assert NODES.keys() == liberator_edges().keys() | liberator_statuses().keys() | NEW.keys()


def test_edges_are_those_of_liberator_but_for_the_corrections() -> None:
    """Every edge is Liberator's unless a correction says where it leads instead."""
    ours = {node.name: (node.on_true, node.on_false) for node in GRAPH if node.kind != "handler"}
    corrected = {name: (on_true, on_false) for name, (on_true, on_false, _) in DEPARTURES.items()}
    expected = liberator_edges() | corrected
    assert {name: ours[name] for name in expected} == expected
    assert all(liberator_edges()[name] != edges for name, edges in corrected.items())


def test_new_nodes_lead_back_to_liberators() -> None:
    """With its default answer, a new decision leads where Liberator goes."""
    edges = liberator_edges()
    assert edges["service_available"][0] == NODES["too_many_requests"].on_false
    assert edges["is_options"][1] == NODES["body_well_formed"].on_true
    assert edges["encoding_available"][0] == NODES[NODES[NODES["body_valid"].on_true].on_true].on_false
    assert edges["if_match_exists"][1] == NODES["precondition_required"].on_false
    assert edges["existed"][0] == NODES["permanent_redirect"].on_false


def test_every_node_says_what_it_asks() -> None:
    """Each decision's text is a question, possibly with its section, and no text is empty."""
    for node in GRAPH:
        mark = r"\?" if node.kind == "decision" else r"\."
        assert re.fullmatch(rf"[A-Z].*{mark}.*(\.| \(.*\d\))|[A-Z].*{mark}", node.about)


def declared() -> list[str]:
    tree = ast.parse(Path(nodes.__file__).read_text(encoding="utf-8"))
    (declarations,) = (
        block
        for top in tree.body
        if isinstance(top, ast.ClassDef) and top.name == "Nodes"
        for block in top.body
        if isinstance(block, ast.If)
    )
    return [each.name for each in declarations.body if isinstance(each, ast.FunctionDef)]


def test_declarations_and_table_have_the_same_names() -> None:
    """Type checkers know the nodes that a resource may answer; the others read headers and methods."""
    names = declared()
    assert len(names) == len(set(names))
    assert set(names) <= NODES.keys()
    answered_by_the_request = {
        name
        for name in NODES.keys() - set(names)
        if NODES[name].methods or name.endswith(("_exists", "_star", "_valid_date", "_for_missing"))
    }
    assert NODES.keys() - set(names) - answered_by_the_request == {
        "query_well_formed",
        "body_well_formed",
        "body_valid",
        "idempotency_key_well_formed",
        "idempotency_key_matches",
        "media_type_available",
        "language_available",
        "charset_available",
        "encoding_available",
        "etag_matches_for_if_match",
        "etag_matches_for_if_none",
        "unmodified_since",
        "modified_since",
    }


def test_declarations_are_in_the_order_of_the_table() -> None:
    """Decisions, actions and handlers are declared in the order in which the table has them."""
    order = {name: position for position, name in enumerate(NODES)}
    names = declared()
    for kind in ("decision", "handler"):
        positions = [order[name] for name in names if NODES[name].kind == kind]
        assert positions == sorted(positions)


def test_each_node_has_the_default_of_its_row() -> None:
    """A resource that answers nothing answers as the table says."""
    assert all(getattr(Nodes, node.name) is node.default for node in GRAPH)
