"""Fields of dataclasses, msgspec Structs, NamedTuples and TypedDicts, which make, read and decode a value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import griffe

from ogrom_rules import Finding
from ogrom_tools.api import rules
from ogrom_tools.api.values import constraint_changes

from .classes import NAMED_TUPLES, STRUCTS, TYPED_DICTS, ancestors, lineage, options


@dataclass(frozen=True)
class Field:
    """One field."""

    name: str
    annotation: griffe.Expr | str | None
    is_required: bool
    is_positional: bool
    default: str
    wire_name: str
    """Its name in an encoded Struct."""


def kind(class_: griffe.Class) -> str:
    """`dataclass`, `struct`, `namedtuple` or `typeddict`; "" for a class without fields."""
    bases = ancestors(class_)
    for name, roots in (("struct", STRUCTS), ("namedtuple", NAMED_TUPLES), ("typeddict", TYPED_DICTS)):
        if roots & bases:
            return name
    return "dataclass" if any("dataclass" in each.labels for each in lineage(class_)) else ""


def fields(class_: griffe.Class) -> dict[str, Field]:
    """The fields in order, inherited ones first; for a dataclass the public ones."""
    found = _all(class_)
    return found if kind(class_) != "dataclass" else {name: found[name] for name in found if name[0] != "_"}


def has_private_fields(class_: griffe.Class) -> bool:
    """Whether a dataclass has private fields, so that its constructor is private, too."""
    return _all(class_).keys() != fields(class_).keys()


def _all(class_: griffe.Class) -> dict[str, Field]:
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


def field_changes(symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """What changed in the fields of one class; their types are reported with its other attributes."""
    before, after = fields(old), fields(new)
    for name, field in before.items():
        if name not in after:
            yield rules.FIELD_REMOVED.at(f"{symbol}.{name}", name=name)
        else:
            yield from _changes(f"{symbol}.{name}", kind(new), field, after[name])
    for name, field in after.items():
        if name not in before:
            yield _added(f"{symbol}.{name}", kind(new), field)
    if _moved(list(before.values()), list(after.values())):
        yield rules.FIELD_MOVED.at(symbol)


def _changes(symbol: str, kind_: str, old: Field, new: Field) -> Iterator[Finding]:
    if new.is_required and not old.is_required:
        yield rules.FIELD_REQUIRED.at(symbol, name=new.name)
    elif old.is_required and not new.is_required:
        yield (rules.KEY_OPTIONAL if kind_ == "typeddict" else rules.FIELD_OPTIONAL).at(symbol, name=new.name)
    elif old.default != new.default and not old.is_required:
        yield rules.DEFAULT_CHANGED.at(symbol, name=new.name, old=old.default, new=new.default)
    if old.is_positional and not new.is_positional:
        yield rules.FIELD_KEYWORD_ONLY.at(symbol, name=new.name)
    if kind_ == "struct":
        yield from constraint_changes(symbol, old.annotation, new.annotation)
        if old.wire_name != new.wire_name:
            yield rules.FIELD_RENAMED.at(symbol, old=old.wire_name, new=new.wire_name)


def _added(symbol: str, kind_: str, field: Field) -> Finding:
    if kind_ == "namedtuple":
        return rules.NAMEDTUPLE_FIELD_ADDED.at(symbol, name=field.name)
    return (rules.FIELD_ADDED_REQUIRED if field.is_required else rules.FIELD_ADDED).at(
        symbol, name=field.name
    )


def _moved(old: Sequence[Field], new: Sequence[Field]) -> bool:
    """Whether a field that is still positional has another position."""
    stayed = {field.name for field in old if field.is_positional}
    stayed &= {field.name for field in new if field.is_positional}
    return any(
        name in stayed and name != other
        for name, other in zip(_positions(old), _positions(new), strict=False)
    )


def _positions(all_fields: Sequence[Field]) -> Sequence[str]:
    return [field.name for field in all_fields if field.is_positional]
