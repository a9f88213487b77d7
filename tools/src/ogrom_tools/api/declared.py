"""The type of one name or member, as mypy has declared or inferred it."""

from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeAlias, TypeInfo, Var
from mypy.subtypes import IS_SETTABLE, find_member, get_member_flags
from mypy.typeops import tuple_fallback
from mypy.types import Instance, TupleType, Type, get_proper_type


def type_of(node: SymbolNode | None) -> Type | None:
    """The type of a function, variable or alias; None of anything else."""
    match node:
        case TypeAlias():
            return node.target
        case Decorator():
            return node.var.type
        case Var():
            return _promised(node, node.type)
        case FuncDef() | OverloadedFuncDef():
            return node.type
        case _:
            return None


def member(name: str, instance: Instance) -> Type | None:
    """The type of a member of an instance, or of a key."""
    if row := instance.type.typeddict_type:
        return row.items.get(name)
    symbol = instance.type.get(name)
    return _promised(symbol.node if symbol else None, find_member(name, instance, instance))


def is_settable(name: str, instance: Instance) -> bool:
    """Whether a member of an instance can be assigned to."""
    if row := instance.type.typeddict_type:
        return name not in row.readonly_keys
    return IS_SETTABLE in get_member_flags(name, instance)


def is_made(info: TypeInfo) -> bool:
    """Whether one makes instances of the class itself."""
    return not (info.is_protocol or info.is_abstract or info.is_enum)


def _promised(node: SymbolNode | None, type_: Type | None) -> Type | None:
    """What a value promises: `FORMS = ("a", "b")` is a tuple of text, and nobody said that it has two."""
    found = get_proper_type(type_)
    if isinstance(node, Var) and node.is_inferred and isinstance(found, TupleType):
        return tuple_fallback(found)
    return type_
