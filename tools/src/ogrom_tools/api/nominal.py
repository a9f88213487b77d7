"""Types of the version before, said in terms of the version after.

A class is what it is called: where a function of either version takes an `Exchange`, it takes the same thing. Without
this, a class with one more field would make every signature that mentions it another one.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from mypy.nodes import TypeInfo
from mypy.type_visitor import TypeTranslator
from mypy.types import (
    AnyType,
    Instance,
    Type,
    TypeAliasType,
    TypeOfAny,
    TypeVarLikeType,
    TypeVarType,
    get_proper_type,
)


class Renamed(TypeTranslator):
    """Puts the classes of the version after in place of those of the version before."""

    def __init__(self, classes: Mapping[str, TypeInfo]) -> None:
        """Args: classes: those of the version after, by the full name of what they replace."""
        super().__init__()
        self.classes = classes

    def visit_instance(self, t: Instance, /) -> Type:
        """An instance of the class that is called so now."""
        same = cast("Instance", super().visit_instance(t))
        info = self.classes.get(t.type.fullname)
        if info is None:
            return same
        arguments: Sequence[Type] = same.args
        if len(arguments) != len(info.defn.type_vars):
            arguments = [AnyType(TypeOfAny.special_form)] * len(info.defn.type_vars)
        return Instance(info, arguments, last_known_value=same.last_known_value)

    def visit_type_var(self, t: TypeVarType, /) -> Type:
        """The same variable; its bounds may be classes."""
        return t.copy_modified(
            upper_bound=t.upper_bound.accept(self),
            values=self.translate_type_list(t.values),
        )

    def translate_variables(self, variables: Sequence[TypeVarLikeType]) -> Sequence[TypeVarLikeType]:
        """The variables of a generic function."""
        return [
            cast("TypeVarLikeType", each.accept(self)) if isinstance(each, TypeVarType) else each
            for each in variables
        ]

    def visit_type_alias_type(self, t: TypeAliasType, /) -> Type:
        """What the alias stands for; one that mentions itself is taken as it is."""
        return t if t.is_recursive else get_proper_type(t).accept(self)
