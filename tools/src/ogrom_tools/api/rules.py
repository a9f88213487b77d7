"""The table of rules for the public API of a Python package: each kind of change, and what it asks.

Each major one breaks somebody: tests/api/golden has the code that it breaks, and mypy or Python says so. Numbers of
versions are those of https://semver.org; names are deprecated before they are removed (PEP 702).
"""

from ogrom_rules import Level, Rule, table

# The wheel.
IMPLEMENTATION_CHANGED = Rule("implementation-changed", Level.PATCH, "The content of {file}{more} differs.")
REQUIRES_PYTHON_NARROWED = Rule(
    "requires-python-narrowed", Level.MAJOR, "It needs Python {new} instead of {old}."
)
REQUIRES_PYTHON_WIDENED = Rule(
    "requires-python-widened", Level.MINOR, "It runs on Python {new}, no longer only on {old}."
)
DEPENDENCY_ADDED = Rule("dependency-added", Level.MINOR, "It needs {new}.")
DEPENDENCY_REMOVED = Rule(
    "dependency-removed", Level.MINOR, "It no longer brings {old}, which somebody may have imported."
)
DEPENDENCY_REPLACED = Rule(
    "dependency-replaced",
    Level.MAJOR,
    "It needs {new} instead of {old}: who has the newest of those cannot keep it.",
)
DEPENDENCY_NARROWED = Rule("dependency-narrowed", Level.MINOR, "It needs {new} instead of {old}.")
DEPENDENCY_WIDENED = Rule("dependency-widened", Level.PATCH, "It needs {new}, no longer only {old}.")
EXTRA_REMOVED = Rule("extra-removed", Level.MAJOR, "The extra {name} is gone.")
EXTRA_ADDED = Rule("extra-added", Level.MINOR, "There is an extra {name}.")
ENTRY_POINT_REMOVED = Rule("entry-point-removed", Level.MAJOR, "{name} is gone from {group}.")
ENTRY_POINT_ADDED = Rule("entry-point-added", Level.MINOR, "There is {name} in {group}.")

# Names.
MODULE_ADDED = Rule("module-added", Level.MINOR, "The module {name} can be imported.")
MODULE_REMOVED = Rule(
    "module-removed", Level.MAJOR, "The module {name} cannot be imported any longer.", removes=True
)
NAME_ADDED = Rule("name-added", Level.MINOR, "{name} can be imported.")
NAME_REMOVED = Rule("name-removed", Level.MAJOR, "{name} cannot be imported any longer.", removes=True)
EXPORT_REMOVED = Rule("export-removed", Level.MAJOR, "{name} is there, but no longer public.", removes=True)
DEPRECATED = Rule("deprecated", Level.MINOR, "Whoever uses it is warned: {message}")
DEPRECATED_REMOVED = Rule(
    "deprecated-removed", Level.MAJOR, "It is gone, as those who used it were told: {message}"
)
KIND_CHANGED = Rule("kind-changed", Level.MAJOR, "It was {old} and is {new}.")

# Functions.
ASYNC_CHANGED = Rule("async-changed", Level.MAJOR, "It is {now} a coroutine function.")
PARAMETER_REMOVED = Rule("parameter-removed", Level.MAJOR, "The parameter {name} can no longer be given.")
PARAMETER_MOVED = Rule("parameter-moved", Level.MAJOR, "The parameter {name} has another position.")
PARAMETER_KIND_CHANGED = Rule(
    "parameter-kind-changed", Level.MAJOR, "The parameter {name} must be given in another way."
)
PARAMETER_REQUIRED = Rule("parameter-required", Level.MAJOR, "The parameter {name} must be given.")
PARAMETER_ADDED_REQUIRED = Rule(
    "parameter-added-required", Level.MAJOR, "The parameter {name} is new and must be given."
)
PARAMETER_ADDED = Rule("parameter-added", Level.MINOR, "It also takes {names}.")
PARAMETER_RETYPED = Rule("parameter-retyped", Level.MAJOR, "Callers of {old} cannot call {new}.")
RETURN_CHANGED = Rule("return-changed", Level.MAJOR, "Callers of {old} cannot call {new}.")
SIGNATURE_CHANGED = Rule("signature-changed", Level.MAJOR, "Callers of {old} cannot call {new}.")
SIGNATURE_WIDENED = Rule("signature-widened", Level.MINOR, "It takes or promises more: {old} is now {new}.")
DEFAULT_CHANGED = Rule("default-changed", Level.MINOR, "Where {name} is not given it is {new}; it was {old}.")
TYPE_LOST = Rule("type-lost", Level.MINOR, "{old} is now {new}, which no checker watches over.")

# Classes.
BASE_REMOVED = Rule("base-removed", Level.MAJOR, "It no longer inherits from {base}.")
CONSTRUCTOR_CHANGED = Rule("constructor-changed", Level.MAJOR, "Whoever makes one by {old} cannot by {new}.")
TYPE_PARAMETERS_CHANGED = Rule("type-parameters-changed", Level.MAJOR, "{problem}")
FINAL_ADDED = Rule("final-added", Level.MAJOR, "Nobody may {do} any longer.")
FROZEN_ADDED = Rule("frozen-added", Level.MAJOR, "Its instances can no longer be changed.")
FROZEN_REMOVED = Rule("frozen-removed", Level.MAJOR, "Its instances can no longer be hashed.")
ORDER_REMOVED = Rule("order-removed", Level.MAJOR, "Its instances can no longer be sorted.")
PROTOCOL_LOST = Rule(
    "protocol-lost", Level.MAJOR, "It is no Protocol any longer: only what inherits from it is one."
)
PROTOCOL_MEMBER_ADDED = Rule(
    "protocol-member-added",
    Level.MAJOR,
    "Whoever implements the protocol lacks {name}; a Protocol of its own breaks nobody.",
)
PROTOCOL_SIGNATURE_CHANGED = Rule(
    "protocol-signature-changed", Level.MAJOR, "{change}: whoever implements it must follow."
)
ABSTRACT_ADDED = Rule("abstract-added", Level.MAJOR, "Whoever inherits must now define {name}.")
ABSTRACT_SIGNATURE_CHANGED = Rule(
    "abstract-signature-changed", Level.MAJOR, "{change}: whoever implements it must follow."
)
MEMBER_ADDED = Rule("member-added", Level.MINOR, "There is {name}.")
MEMBER_REMOVED = Rule("member-removed", Level.MAJOR, "{name} is gone.", removes=True)
TEST_ADDED = Rule(
    "test-added", Level.MINOR, "The suite asks more: code that fails the test broke the contract before, too."
)
TEST_REMOVED = Rule(
    "test-removed",
    Level.MINOR,
    "The suite asks less; a test is collected, and never called by its name.",
)
ATTRIBUTE_READ_ONLY = Rule("attribute-read-only", Level.MAJOR, "It can no longer be assigned to.")
ATTRIBUTE_RETYPED = Rule(
    "attribute-retyped", Level.MAJOR, "It was {old} and is {new}: whoever {does} it may break."
)
ATTRIBUTE_NARROWED = Rule(
    "attribute-narrowed", Level.MINOR, "It was {old} and is {new}, which promises more."
)
ENUM_MEMBER_ADDED = Rule("enum-member-added", Level.MINOR, "There is a member {name}.")
ENUM_MEMBER_REMOVED = Rule("enum-member-removed", Level.MAJOR, "The member {name} is gone.", removes=True)
ENUM_VALUE_CHANGED = Rule(
    "enum-value-changed",
    Level.MAJOR,
    "Its value was {old} and is {new}: what was stored or sent means something else.",
)

# Fields.
FIELD_ADDED = Rule("field-added", Level.MINOR, "The field {name} can be given.")
FIELD_ADDED_REQUIRED = Rule("field-added-required", Level.MAJOR, "{name} is new and must be given.")
FIELD_REMOVED = Rule("field-removed", Level.MAJOR, "The field {name} is gone.", removes=True)
FIELD_REQUIRED = Rule("field-required", Level.MAJOR, "The field {name} must be given.")
FIELD_OPTIONAL = Rule("field-optional", Level.MINOR, "The field {name} may be missing.")
KEY_OPTIONAL = Rule("key-optional", Level.MAJOR, "The key {name} may be missing: whoever reads it may break.")
FIELD_KEYWORD_ONLY = Rule(
    "field-keyword-only", Level.MAJOR, "The field {name} can only be given by its name."
)
FIELD_MOVED = Rule(
    "field-moved", Level.MAJOR, "Arguments given by position, and patterns, now mean other fields."
)
FIELD_RENAMED = Rule("field-renamed", Level.MAJOR, "Encoded, it was called {old} and is {new}.")
NAMEDTUPLE_FIELD_ADDED = Rule(
    "namedtuple-field-added", Level.MAJOR, "With {name} the tuple is longer: unpacking it breaks."
)
CONSTRAINT_TIGHTENED = Rule(
    "constraint-tightened", Level.MAJOR, "The constraint {new} refuses what was accepted."
)
CONSTRAINT_LOOSENED = Rule("constraint-loosened", Level.MINOR, "The constraint {old} is {now}.")
UNKNOWN_FIELDS_REFUSED = Rule(
    "unknown-fields-refused", Level.MAJOR, "Fields that it does not know are now refused."
)
UNKNOWN_FIELDS_TAKEN = Rule(
    "unknown-fields-taken", Level.MINOR, "Fields that it does not know are now passed over."
)
DEFAULTS_OMITTED = Rule(
    "defaults-omitted", Level.MAJOR, "Encoded, it leaves out fields that have their default."
)
DEFAULTS_ENCODED = Rule("defaults-encoded", Level.MINOR, "Encoded, it has fields that have their default.")
ENCODING_CHANGED = Rule(
    "encoding-changed",
    Level.MAJOR,
    "{option} was {old} and is {new}: it is encoded in another way.",
)

# Values of modules.
CONSTANT_CHANGED = Rule("constant-changed", Level.MINOR, "It was {old} and is {new}.")
CONSTANT_RETYPED = Rule("constant-retyped", Level.MAJOR, "It was {old} and is {new}.")
ALIAS_NARROWED = Rule("alias-narrowed", Level.MAJOR, "It no longer allows all of {old}, only {new}.")
ALIAS_WIDENED = Rule("alias-widened", Level.MINOR, "Beside {old} it allows {new}.")

RULES = table(globals())
"""All of them, by their names."""
