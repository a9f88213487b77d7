"""The fields of data classes, msgspec Structs, NamedTuples and TypedDicts: what makes a value, reads and decodes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import griffe

from ogrom_tools.versions import Level

from .classes import NAMED_TUPLES, STRUCTS, TYPED_DICTS, ancestors, lineage, options
from .constraints import constraint_changes
from .findings import Finding


@dataclass(frozen=True)
class Field:
    """One field."""

    name: str
    annotation: griffe.Expr | str | None
    is_required: bool
    is_positional: bool
    default: str
    wire_name: str
    """What an encoded Struct calls it."""


def kind(class_: griffe.Class) -> str:
    """`dataclass`, `struct`, `namedtuple` or `typeddict`; "" for a class without fields."""
    bases = ancestors(class_)
    for name, roots in (("struct", STRUCTS), ("namedtuple", NAMED_TUPLES), ("typeddict", TYPED_DICTS)):
        if roots & bases:
            return name
    return "dataclass" if any("dataclass" in each.labels for each in lineage(class_)) else ""


def fields(class_: griffe.Class) -> dict[str, Field]:
    """The fields in order, the inherited ones first."""
    found: dict[str, Field] = {}
    for each in reversed(list(lineage(class_))):
        found.update((field.name, field) for field in _own(each, kind(class_)))
    return found


def _own(class_: griffe.Class, kind_: str) -> Iterator[Field]:
    is_keyword = options(class_).get("kw_only") == "True"
    is_total = str(class_.keywords.get("total", "True")) == "True"
    for member in class_.members.values():
        if member.is_alias or not member.is_attribute:
            continue
        attribute = cast("griffe.Attribute", member)
        if str(attribute.annotation).rpartition(".")[2] == "KW_ONLY":
            is_keyword = True
        elif _is_field(attribute) and (field := _field(attribute, kind_, is_keyword, is_total)):
            yield field


def _is_field(attribute: griffe.Attribute) -> bool:
    labels = attribute.labels
    is_classvar = "class-attribute" in labels and "instance-attribute" not in labels
    return attribute.annotation is not None and "property" not in labels and not is_classvar


def _field(attribute: griffe.Attribute, kind_: str, is_keyword: bool, is_total: bool) -> Field | None:
    settings = _settings(attribute.value)
    if settings.get("init") == "False":
        return None
    annotation, required = attribute.annotation, attribute.value is None
    if settings:
        required = not {"default", "default_factory"} & settings.keys()
    if kind_ == "typeddict":
        marker = str(annotation).partition("[")[0].rpartition(".")[2]
        required = marker == "Required" or (is_total and marker != "NotRequired")
    return Field(
        attribute.name,
        annotation,
        required,
        not is_keyword and settings.get("kw_only") != "True" and kind_ != "typeddict",
        str(attribute.value),
        settings.get("name", "").strip("'\"") or attribute.name,
    )


def _settings(value: griffe.Expr | str | None) -> dict[str, str]:
    """The arguments of `field(...)`; empty for any other default."""
    if not isinstance(value, griffe.ExprCall) or value.canonical_path.rpartition(".")[2] != "field":
        return {}
    words = [each for each in value.arguments if isinstance(each, griffe.ExprKeyword)]
    return {"field": ""} | {each.name: str(each.value) for each in words}


def field_changes(place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """What changed in the fields of one class; their types are told with its other attributes."""
    before, after = fields(old), fields(new)
    for name, field in before.items():
        if name not in after:
            yield Finding("field-removed", Level.MAJOR, f"{place}.{name}", f"The field {name} is gone.")
        else:
            yield from _changes(f"{place}.{name}", kind(new), field, after[name])
    for name, field in after.items():
        if name not in before:
            yield _added(f"{place}.{name}", kind(new), field)
    if _moved(list(before.values()), list(after.values())):
        text = "Arguments given by position, and patterns, now mean other fields."
        yield Finding("field-moved", Level.MAJOR, place, text)


def _changes(place: str, kind_: str, old: Field, new: Field) -> Iterator[Finding]:
    if new.is_required and not old.is_required:
        yield Finding("field-required", Level.MAJOR, place, f"The field {new.name} must be given.")
    elif old.is_required and not new.is_required:
        text = f"The field {new.name} may be missing"
        if kind_ == "typeddict":
            yield Finding("field-optional", Level.MAJOR, place, f"{text}: whoever reads it may break.")
        else:
            yield Finding("field-optional", Level.MINOR, place, f"{text}.")
    elif old.default != new.default and not old.is_required:
        text = f"Its default was {old.default} and is {new.default}."
        yield Finding("default-changed", Level.MINOR, place, text)
    if old.is_positional and not new.is_positional:
        text = f"The field {new.name} can only be given by its name."
        yield Finding("field-keyword-only", Level.MAJOR, place, text)
    if kind_ == "struct":
        yield from constraint_changes(place, old.annotation, new.annotation)
        if old.wire_name != new.wire_name:
            text = f"Encoded, it was called {old.wire_name} and is {new.wire_name}."
            yield Finding("field-renamed", Level.MAJOR, place, text)


def _added(place: str, kind_: str, field: Field) -> Finding:
    if kind_ == "namedtuple":
        text = f"With {field.name} the tuple is longer: unpacking it breaks."
        return Finding("namedtuple-field-added", Level.MAJOR, place, text)
    if field.is_required:
        return Finding("field-added-required", Level.MAJOR, place, f"{field.name} is new and must be given.")
    return Finding("field-added", Level.MINOR, place, f"The field {field.name} can be given.")


def _moved(old: Sequence[Field], new: Sequence[Field]) -> bool:
    """Whether a field that stayed positional has another position."""
    stayed = {field.name for field in old if field.is_positional}
    stayed &= {field.name for field in new if field.is_positional}
    return any(
        name in stayed and name != other
        for name, other in zip(_positions(old), _positions(new), strict=False)
    )


def _positions(all_fields: Sequence[Field]) -> Sequence[str]:
    return [field.name for field in all_fields if field.is_positional]
