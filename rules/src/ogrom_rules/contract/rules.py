"""The table of rules for an HTTP API: each kind of change, and what it asks of the contract's version.

Each rule cites the line of docs/contract.md that clients rely on, or must be ready for, or the RFC. `tests/contract`
has a pair of old and new for each.
"""

from dataclasses import dataclass
from typing import Literal

from ogrom_rules import Finding, Level, Rule, table

MAJOR, MINOR, PATCH = Level.MAJOR, Level.MINOR, Level.PATCH


@dataclass(frozen=True)
class ContractFinding(Finding):
    """A change, and the operations that show it."""

    known: tuple[tuple[str, str], ...] = ()
    """What the text says by name, such as `name`, `status`, `old` and `new`."""
    operations: tuple[str, ...] = ()
    """Such as `GET /products/{product_id}`, in the order of the documents."""
    until: str = ""
    """The date from which what is gone was announced to go, such as `2027-03-01`; empty if none was."""


@dataclass(frozen=True, kw_only=True)
class ContractRule(Rule):
    """A row about an API that is described by OpenAPI."""

    direction: Literal["request", "response"]
    """Whether what clients send is concerned, or what they get."""
    cites: str
    """A line of docs/contract.md, such as `2`, or a section of an RFC, such as `RFC 9110, 12.5.5`."""
    announced: bool = False
    """Whether something ends that the old document called deprecated."""

    def at(self, symbol: str, **known: object) -> ContractFinding:
        """Make a finding of this kind.

        Args:
            symbol: what changed, as users name it.
            known: the values for the braces in the text; `until` is the date from which it was announced to go.
        """
        told = tuple((name, str(each)) for name, each in known.items())
        made = super().at(symbol, **known)
        return ContractFinding(**vars(made), known=told, until=str(known.get("until", "")))


def asked(name: str, level: Level, cites: str, text: str, *, removes: bool = False) -> ContractRule:
    """A rule about what clients send."""
    return ContractRule(name, level, text, removes, direction="request", cites=cites)


def ended(
    name: str, cites: str, text: str, direction: Literal["request", "response"] = "request"
) -> ContractRule:
    """A rule about the end of what was deprecated."""
    return ContractRule(name, MAJOR, text, direction=direction, cites=cites, announced=True)


def given(name: str, level: Level, cites: str, text: str, *, removes: bool = False) -> ContractRule:
    """A rule about what clients get."""
    return ContractRule(name, level, text, removes, direction="response", cites=cites)


# Operations.
OPERATION_ADDED = asked("operation-added", MINOR, "14", "It is new.")
OPERATION_REMOVED = asked("operation-removed", MAJOR, "1", "It is gone.", removes=True)
DEPRECATED_OPERATION_REMOVED = ended("deprecated-operation-removed", "1", "It is gone, as was announced.")
OPERATION_DEPRECATED = asked("operation-deprecated", MINOR, "1", "It is deprecated{end}.")
OPERATION_KEPT = asked("operation-kept", MINOR, "1", "It is no longer deprecated.")
SUNSET_EARLIER = asked(
    "sunset-earlier", MAJOR, "1", "It will be removed on {new} and not on {old}.", removes=True
)
SUNSET_LATER = asked("sunset-later", MINOR, "1", "It will be removed on {new} and not on {old}.")
OPERATION_RENAMED = asked("operation-renamed", MAJOR, "13", "Its operationId was {old} and is {new}.")

# Parameters, those in header fields among them.
PARAMETER_ADDED = asked("parameter-added", MINOR, "14", "It takes {name}, too.")
PARAMETER_ADDED_REQUIRED = asked("parameter-added-required", MAJOR, "2", "It needs {name}, which is new.")
PARAMETER_REQUIRED = asked("parameter-required", MAJOR, "2", "It needs {name}, which could be left out.")
PARAMETER_OPTIONAL = asked("parameter-optional", MINOR, "2", "{name} can be left out.")
PARAMETER_REMOVED = asked("parameter-removed", MAJOR, "2", "It no longer takes {name}.", removes=True)
DEPRECATED_PARAMETER_REMOVED = ended(
    "deprecated-parameter-removed", "2", "It no longer takes {name}, as was announced."
)
PARAMETER_DEPRECATED = asked("parameter-deprecated", MINOR, "2", "{name} is deprecated{end}.")
PARAMETER_KEPT = asked("parameter-kept", MINOR, "2", "{name} is no longer deprecated.")
PATH_PARAMETER_RENAMED = asked(
    "path-parameter-renamed", MAJOR, "13", "What stands in its path was called {old} and is called {new}."
)
PARAMETER_STYLE_CHANGED = asked(
    "parameter-style-changed", MAJOR, "2", "Several values of {name} are written in another way."
)
PRECONDITION_REQUIRED = asked(
    "precondition-required", MAJOR, "9", "It needs {name}: the state that the request is for."
)
PRECONDITION_OPTIONAL = asked("precondition-optional", MINOR, "9", "It no longer needs {name}.")
PRECONDITION_ADDED = asked("precondition-added", MINOR, "14", "It heeds {name}.")
PRECONDITION_REMOVED = asked("precondition-removed", MAJOR, "9", "It no longer heeds {name}.")

# The content of requests.
BODY_ADDED = asked("body-added", MINOR, "14", "It reads content, if there is some.")
BODY_REQUIRED = asked("body-required", MAJOR, "2", "It needs content.")
BODY_OPTIONAL = asked("body-optional", MINOR, "2", "The content can be left out.")
BODY_REMOVED = asked("body-removed", MAJOR, "2", "It no longer reads content.", removes=True)
BODY_TYPE_ADDED = asked("body-type-added", MINOR, "14", "It reads {name}, too.")
BODY_TYPE_REMOVED = asked("body-type-removed", MAJOR, "3", "It no longer reads {name}.", removes=True)

# Who may ask.
TOKEN_REQUIRED = asked("token-required", MAJOR, "11", "It could be asked for without a token.")
TOKEN_OPTIONAL = asked("token-optional", MINOR, "11", "No token is needed any longer.")
SCOPE_ADDED = asked("scope-added", MAJOR, "11", "The token needs the scope {name}.")
SCOPE_REMOVED = asked("scope-removed", MINOR, "11", "The token no longer needs the scope {name}.")
SCHEME_CHANGED = asked("scheme-changed", MAJOR, "11", "Clients authenticate by {new} and not by {old}.")

# Statuses.
STATUS_ADDED = given("status-added", MAJOR, "6", "A request can end in {status}.")
STATUS_ADDED_WITH_PARAMETER = given(
    "status-added-with-parameter", MINOR, "14", "A request with {name} can end in {status}."
)
COMMON_STATUS_ADDED = given(
    "common-status-added", PATCH, "16", "A request can end in {status}, as any request can."
)
STATUS_REMOVED = given("status-removed", MAJOR, "6", "No request ends in {status} any longer.", removes=True)
ERROR_REMOVED = given("error-removed", MINOR, "6", "No request ends in {status} any longer.")
PROBLEM_TYPE_ADDED = given("problem-type-added", MINOR, "15", "A refusal can be of the type {name}.")
PROBLEM_TYPE_REMOVED = given(
    "problem-type-removed", MAJOR, "7", "No refusal is of the type {name} any longer."
)

# What comes with the content of answers.
MEDIA_TYPE_ADDED = given("media-type-added", MINOR, "14", "It is offered as {name}, too.")
MEDIA_TYPE_REMOVED = given(
    "media-type-removed", MAJOR, "3", "It is no longer offered as {name}.", removes=True
)
DEFAULT_TYPE_CHANGED = given(
    "default-type-changed", MAJOR, "3", "Who asks for no media type gets {new} and not {old}."
)
FIELD_ADDED = given("header-added", MINOR, "14", "The answer has {name}.")
FIELD_REMOVED = given("header-removed", MAJOR, "8", "The answer no longer has {name}.", removes=True)
FIELD_LACKING = given("header-lacking", MAJOR, "8", "{name} was always there, and can be lacking.")
FIELD_ALWAYS = given("header-always", MINOR, "14", "{name} is always there.")
VARY_GREW = given(
    "vary-grew", MINOR, "RFC 9110, 12.5.5", "The answer also depends on {name}, so caches keep more."
)
VARY_SHRANK = given("vary-shrank", MINOR, "RFC 9110, 12.5.5", "The answer no longer depends on {name}.")
LIFETIME_LONGER = given(
    "lifetime-longer",
    MAJOR,
    "10",
    "A cache may answer for {new} s after the answer was made, not only {old} s.",
)
LIFETIME_SHORTER = given(
    "lifetime-shorter", MINOR, "19", "A cache may answer for {new} s and not for {old} s."
)
STORED = given("stored", MAJOR, "10", "Caches may store it, which was forbidden.")
NOT_STORED = given("not-stored", MINOR, "19", "Caches may no longer store it.")
SHARED = given("shared", MAJOR, "10", "Caches that serve several people may store it.")
NOT_SHARED = given("not-shared", MINOR, "19", "Caches that serve several people may no longer store it.")
CACHING_CHANGED = given("caching-changed", MINOR, "19", "Cache-Control was {old} and is {new}.")
LINK_ADDED = given("link-added", MINOR, "14", "It links to {name}.")
LINK_REMOVED = given("link-removed", MAJOR, "12", "It no longer links to {name}.", removes=True)
LINK_CHANGED = given("link-changed", MAJOR, "12", "The link {name} led to {old} and leads to {new}.")

# Shapes: of content, of parameters, and of what is in them.
SCHEMA_RENAMED = given("schema-renamed", MAJOR, "13", "The schema's name was {old} and is {new}.")
MEMBER_ADDED_REQUIRED = asked("member-added-required", MAJOR, "2", "It is new and must be sent.")
MEMBER_ACCEPTED = asked("member-accepted", MINOR, "14", "It can be sent.")
MEMBER_REFUSED = asked("member-refused", MAJOR, "2", "It can no longer be sent.", removes=True)
DEPRECATED_MEMBER_REFUSED = ended(
    "deprecated-member-refused", "2", "It can no longer be sent, as was announced."
)
MEMBER_REQUIRED = asked("member-required", MAJOR, "2", "It must be sent.")
MEMBER_OPTIONAL = asked("member-optional", MINOR, "2", "It can be left out.")
DEFAULT_CHANGED = asked("default-changed", MAJOR, "2", "Without it, {old} was meant, and {new} is now.")
VALUES_REFUSED = asked("values-refused", MAJOR, "2", "It takes {new}, and took {old}.")
DEPRECATED_VALUES_REFUSED = ended(
    "deprecated-values-refused", "2", "It takes {new}, and took {old}, as was announced."
)
VALUES_ACCEPTED = asked("values-accepted", MINOR, "14", "It takes {new}, and took {old}.")

MEMBER_ADDED = given("member-added", MINOR, "14", "It is there, too.")
MEMBER_REMOVED = given("member-removed", MAJOR, "4", "It is gone.", removes=True)
DEPRECATED_MEMBER_REMOVED = ended(
    "deprecated-member-removed", "4", "It is gone, as was announced.", direction="response"
)
MEMBER_LACKING = given("member-lacking", MAJOR, "4", "It was always there, and can be lacking.")
MEMBER_ALWAYS = given("member-always", MINOR, "14", "It is always there.")
VALUES_ADDED = given("values-added", MAJOR, "4", "It can be {new}, and was {old}.")
KNOWN_VALUES_ADDED = given("known-values-added", MINOR, "5", "It can be {new}, and was {old}.")
VALUES_REMOVED = given("values-removed", MINOR, "4", "It is {new}, and could be {old}.")
MEMBER_DEPRECATED = given("member-deprecated", MINOR, "4", "It is deprecated{end}.")
MEMBER_KEPT = given("member-kept", MINOR, "4", "It is no longer deprecated.")
VALUE_DEPRECATED = given("value-deprecated", MINOR, "2", "The value {name} is deprecated{end}.")

RULES = {name: each for name, each in table(globals()).items() if isinstance(each, ContractRule)}
"""All of them, by name."""
