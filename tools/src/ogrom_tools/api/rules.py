"""The table of rules for the public API of a Python package: each kind of change, and what it asks.

Each major rule breaks some user: tests/api/golden has code that it breaks, as mypy or Python confirms. Levels are those
of https://semver.org; names are deprecated before they are removed (PEP 702).
"""

from ogrom_rules import Level, Rule, table

# The wheel.
IMPLEMENTATION_CHANGED = Rule("implementation-changed", Level.PATCH, "The content of {file}{more} differs.")
REQUIRES_PYTHON_NARROWED = Rule(
    "requires-python-narrowed", Level.MAJOR, "It needs Python {new} instead of {old}."
)
REQUIRES_PYTHON_WIDENED = Rule(
    "requires-python-widened", Level.MINOR, "It runs on Python {new}, not only on {old}."
)
DEPENDENCY_ADDED = Rule("dependency-added", Level.MINOR, "It needs {new}.")
DEPENDENCY_REMOVED = Rule(
    "dependency-removed", Level.MINOR, "It no longer installs {old}, which users may have imported."
)
DEPENDENCY_REPLACED = Rule(
    "dependency-replaced",
    Level.MAJOR,
    "It needs {new} instead of {old}, and refuses the newest version of those.",
)
DEPENDENCY_NARROWED = Rule("dependency-narrowed", Level.MINOR, "It needs {new} instead of {old}.")
DEPENDENCY_WIDENED = Rule("dependency-widened", Level.PATCH, "It allows {new}, not only {old}.")
EXTRA_REMOVED = Rule("extra-removed", Level.MAJOR, "The extra {name} was removed.")
EXTRA_ADDED = Rule("extra-added", Level.MINOR, "The extra {name} is new.")
ENTRY_POINT_REMOVED = Rule("entry-point-removed", Level.MAJOR, "{name} was removed from {group}.")
ENTRY_POINT_ADDED = Rule("entry-point-added", Level.MINOR, "{name} is new in {group}.")

# Names.
MODULE_ADDED = Rule("module-added", Level.MINOR, "The module {name} is new.")
MODULE_REMOVED = Rule(
    "module-removed", Level.MAJOR, "The module {name} can no longer be imported.", removes=True
)
NAME_ADDED = Rule("name-added", Level.MINOR, "{name} is new.")
NAME_REMOVED = Rule("name-removed", Level.MAJOR, "{name} can no longer be imported.", removes=True)
EXPORT_REMOVED = Rule(
    "export-removed", Level.MAJOR, "{name} still exists but is no longer public.", removes=True
)
DEPRECATED = Rule("deprecated", Level.MINOR, "It is deprecated: {message}")
DEPRECATED_REMOVED = Rule(
    "deprecated-removed", Level.MAJOR, "It was removed after its deprecation: {message}"
)
KIND_CHANGED = Rule("kind-changed", Level.MAJOR, "It was {old} and is {new}.")

# Functions.
ASYNC_CHANGED = Rule("async-changed", Level.MAJOR, "It is {now} a coroutine function.")
PARAMETER_REMOVED = Rule("parameter-removed", Level.MAJOR, "The parameter {name} was removed.")
PARAMETER_MOVED = Rule("parameter-moved", Level.MAJOR, "The parameter {name} has moved to another position.")
PARAMETER_KIND_CHANGED = Rule(
    "parameter-kind-changed",
    Level.MAJOR,
    "The parameter {name} can no longer be passed the same way, by position or by name.",
)
PARAMETER_REQUIRED = Rule("parameter-required", Level.MAJOR, "The parameter {name} is now required.")
PARAMETER_ADDED_REQUIRED = Rule(
    "parameter-added-required", Level.MAJOR, "The parameter {name} is new and required."
)
PARAMETER_ADDED = Rule("parameter-added", Level.MINOR, "It also takes {names}.")
PARAMETER_RETYPED = Rule("parameter-retyped", Level.MAJOR, "Callers of {old} cannot call {new}.")
RETURN_CHANGED = Rule("return-changed", Level.MAJOR, "Callers of {old} cannot call {new}.")
SIGNATURE_CHANGED = Rule("signature-changed", Level.MAJOR, "Callers of {old} cannot call {new}.")
SIGNATURE_WIDENED = Rule("signature-widened", Level.MINOR, "It accepts or promises more: {old} is now {new}.")
DEFAULT_CHANGED = Rule("default-changed", Level.MINOR, "The default of {name} was {old} and is {new}.")
TYPE_LOST = Rule("type-lost", Level.MINOR, "{old} is now {new}, which type checkers do not check.")

# Classes.
BASE_REMOVED = Rule("base-removed", Level.MAJOR, "It no longer inherits from {base}.")
CONSTRUCTOR_CHANGED = Rule(
    "constructor-changed", Level.MAJOR, "Instances were made by {old} and are made by {new}."
)
TYPE_PARAMETERS_CHANGED = Rule("type-parameters-changed", Level.MAJOR, "{problem}")
FINAL_ADDED = Rule("final-added", Level.MAJOR, "Users can no longer {do}.")
FROZEN_ADDED = Rule("frozen-added", Level.MAJOR, "Its instances can no longer be changed.")
FROZEN_REMOVED = Rule("frozen-removed", Level.MAJOR, "Its instances can no longer be hashed.")
ORDER_REMOVED = Rule("order-removed", Level.MAJOR, "Its instances can no longer be sorted.")
PROTOCOL_LOST = Rule("protocol-lost", Level.MAJOR, "It is no longer a Protocol, so only subclasses fit.")
PROTOCOL_MEMBER_ADDED = Rule(
    "protocol-member-added",
    Level.MAJOR,
    "Existing implementations lack {name}; a separate Protocol would not break them.",
)
PROTOCOL_SIGNATURE_CHANGED = Rule(
    "protocol-signature-changed", Level.MAJOR, "{change}, so implementations must change."
)
ABSTRACT_ADDED = Rule("abstract-added", Level.MAJOR, "Subclasses must now define {name}.")
ABSTRACT_SIGNATURE_CHANGED = Rule(
    "abstract-signature-changed", Level.MAJOR, "{change}, so implementations must change."
)
MEMBER_ADDED = Rule("member-added", Level.MINOR, "{name} is new.")
MEMBER_REMOVED = Rule("member-removed", Level.MAJOR, "{name} was removed.", removes=True)
TEST_ADDED = Rule(
    "test-added",
    Level.MINOR,
    "The suite checks more; code that fails the test broke the contract before, too.",
)
TEST_REMOVED = Rule(
    "test-removed",
    Level.MINOR,
    "The suite checks less; nobody calls a test by name.",
)
ATTRIBUTE_READ_ONLY = Rule("attribute-read-only", Level.MAJOR, "It can no longer be assigned to.")
ATTRIBUTE_RETYPED = Rule(
    "attribute-retyped", Level.MAJOR, "It was {old} and is {new}: code that {does} it may break."
)
ATTRIBUTE_NARROWED = Rule(
    "attribute-narrowed", Level.MINOR, "It was {old} and is {new}, which promises more."
)
ENUM_MEMBER_ADDED = Rule("enum-member-added", Level.MINOR, "The member {name} is new.")
ENUM_MEMBER_REMOVED = Rule("enum-member-removed", Level.MAJOR, "The member {name} was removed.", removes=True)
ENUM_VALUE_CHANGED = Rule(
    "enum-value-changed",
    Level.MAJOR,
    "Its value was {old} and is {new}, so stored or sent values change their meaning.",
)

# Fields.
FIELD_ADDED = Rule("field-added", Level.MINOR, "The field {name} is new.")
FIELD_ADDED_REQUIRED = Rule("field-added-required", Level.MAJOR, "The field {name} is new and required.")
FIELD_REMOVED = Rule("field-removed", Level.MAJOR, "The field {name} was removed.", removes=True)
FIELD_REQUIRED = Rule("field-required", Level.MAJOR, "The field {name} is now required.")
FIELD_OPTIONAL = Rule("field-optional", Level.MINOR, "The field {name} is now optional.")
KEY_OPTIONAL = Rule(
    "key-optional", Level.MAJOR, "The key {name} is now optional: code that reads it may break."
)
FIELD_KEYWORD_ONLY = Rule("field-keyword-only", Level.MAJOR, "The field {name} is now keyword-only.")
FIELD_MOVED = Rule("field-moved", Level.MAJOR, "Positional arguments and patterns now refer to other fields.")
FIELD_RENAMED = Rule("field-renamed", Level.MAJOR, "Its encoded name was {old} and is {new}.")
NAMEDTUPLE_FIELD_ADDED = Rule(
    "namedtuple-field-added", Level.MAJOR, "With {name} the tuple is longer, which breaks unpacking."
)
CONSTRAINT_TIGHTENED = Rule(
    "constraint-tightened", Level.MAJOR, "The constraint {new} refuses values that were accepted."
)
CONSTRAINT_LOOSENED = Rule("constraint-loosened", Level.MINOR, "The constraint {old} is {now}.")
UNKNOWN_FIELDS_REFUSED = Rule("unknown-fields-refused", Level.MAJOR, "Unknown fields are now refused.")
UNKNOWN_FIELDS_TAKEN = Rule("unknown-fields-taken", Level.MINOR, "Unknown fields are now ignored.")
DEFAULTS_OMITTED = Rule("defaults-omitted", Level.MAJOR, "Its encoding leaves out fields with their default.")
DEFAULTS_ENCODED = Rule("defaults-encoded", Level.MINOR, "Its encoding includes fields with their default.")
ENCODING_CHANGED = Rule(
    "encoding-changed",
    Level.MAJOR,
    "{option} was {old} and is {new}, which changes its encoding.",
)

# Values of modules.
CONSTANT_CHANGED = Rule("constant-changed", Level.MINOR, "It was {old} and is {new}.")
CONSTANT_RETYPED = Rule("constant-retyped", Level.MAJOR, "It was {old} and is {new}.")
ALIAS_NARROWED = Rule("alias-narrowed", Level.MAJOR, "It no longer allows all of {old}, only {new}.")
ALIAS_WIDENED = Rule("alias-widened", Level.MINOR, "It allows {new}, not only {old}.")

RULES = table(globals())
"""All rules, by name."""
