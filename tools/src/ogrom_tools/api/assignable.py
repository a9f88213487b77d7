"""What mypy says of one name in two versions: does either fit where the other was?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mypy.nodes import CONTRAVARIANT, COVARIANT, TypeAlias, TypeInfo
from mypy.subtypes import is_subtype
from mypy.typeops import type_object_type
from mypy.types import (
    AnyType,
    FunctionLike,
    Instance,
    Type,
    TypeAliasType,
    TypeOfAny,
    TypeVarType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from .checked import AFTER, BEFORE, Checked
from .declared import is_made, is_settable, member, type_of
from .nominal import Renamed

SIDES = re.compile(rf"\b(?:{BEFORE}|{AFTER})\.(?=\w)")


@dataclass(frozen=True)
class Verdict:
    """The types of a name before and after, and whether one can be had for the other."""

    old: str
    new: str
    fits_callers: bool
    """The new one can be used wherever the old one was."""
    fits_implementers: bool
    """What was written as the old one says is still right as the new one says."""

    is_signature: bool
    """Whether both say which arguments they take; what `functools.cache` makes does not."""

    @property
    def lost(self) -> bool:
        """Whether more of it is Any than before, so that no checker watches over its users any longer."""
        return self.new.count("Any") > self.old.count("Any")


@dataclass(frozen=True)
class Types:
    """Compares names of two checked versions."""

    checked: Checked
    moved: Mapping[str, str]
    """Where a class is defined after, by where it was defined before."""

    def name(self, path: str) -> Verdict | None:
        """A function, a variable or an alias of a module; None where mypy does not know both."""
        old, new = (self.checked.node(side, path) for side in (BEFORE, AFTER))
        before, after = type_of(old), type_of(new)
        if before and isinstance(old, TypeAlias) and isinstance(new, TypeAlias):
            # `Pair = tuple[T, T]`: the same types for the parameters of both.
            missing: list[Type] = [AnyType(TypeOfAny.special_form)] * len(old.alias_tvars)
            before = TypeAliasType(old, [*new.alias_tvars, *missing][: len(old.alias_tvars)])
        return self._verdict(before, after)

    def is_alias(self, path: str) -> bool:
        """Whether it is a name for a type, on both sides."""
        return all(isinstance(self.checked.node(side, path), TypeAlias) for side in (BEFORE, AFTER))

    def is_class(self, path: str) -> bool:
        """Whether it is a class, on both sides, were it made by `NewType("Id", int)`."""
        return None not in self._pair(path)

    def lost_bases(self, path: str) -> tuple[str, ...]:
        """Where those classes are or were defined that it no longer inherits from."""
        old, new = self._pair(path)
        if old is None or new is None:
            return ()
        kept = {info.fullname.removeprefix(f"{AFTER}.") for info in new.mro}
        lost = (info.fullname.removeprefix(f"{BEFORE}.") for info in old.mro)
        return tuple(base for base in lost if self.moved.get(base, base) not in kept)

    def constructor(self, path: str) -> Verdict | None:
        """How instances of a class are made; None where one cannot make any."""
        old, new = self._pair(path)
        if old is None or new is None or not (is_made(old) and is_made(new)):
            return None
        return self._verdict(type_object_type(old), type_object_type(new))

    def member(self, path: str, name: str) -> Verdict | None:
        """A method or attribute, as an instance of the class has it."""
        old, new = self._instances(path)
        if old is None or new is None:
            return None
        return self._verdict(member(name, old), member(name, new))

    def settable(self, path: str, name: str) -> tuple[bool, bool]:
        """Whether an instance's attribute can be assigned to, before and after."""
        old, new = (each is not None and is_settable(name, each) for each in self._instances(path))
        return old, new

    def variables(self, path: str) -> str | None:
        """What is wrong with the type parameters of a class now, if something is."""
        old, new = self._pair(path)
        if old is None or new is None:
            return None
        before, after = old.defn.type_vars, new.defn.type_vars
        if len(before) != len(after):
            return f"It has {len(after)} type parameters instead of {len(before)}."
        for one, other in zip(before, after, strict=True):
            if isinstance(one, TypeVarType) and isinstance(other, TypeVarType):
                bound = one.upper_bound.accept(self._renamed)
                if not is_subtype(bound, other.upper_bound) or (other.values and one.values != other.values):
                    return f"Fewer types can be given for its parameter {other.name}."
                if one.variance in _VARIANCES and one.variance != other.variance:
                    return f"Its parameter {other.name} is no longer {_VARIANCES[one.variance]}."
        return None

    def _pair(self, path: str) -> tuple[TypeInfo | None, TypeInfo | None]:
        old = self.checked.node(BEFORE, path)
        new = self.checked.node(AFTER, path) or self.checked.node(AFTER, self.moved.get(path, path))
        return (old if isinstance(old, TypeInfo) else None, new if isinstance(new, TypeInfo) else None)

    def _instances(self, path: str) -> tuple[Instance | None, Instance | None]:
        """The class as a type, before and after, over the type parameters that it has now."""
        old, new = self._pair(path)
        if old is None or new is None or len(old.defn.type_vars) != len(new.defn.type_vars):
            return None, None
        filled = fill_typevars(new)
        after = filled if isinstance(filled, Instance) else filled.partial_fallback
        return Instance(old, after.args), after

    def _verdict(self, old: Type | None, new: Type | None) -> Verdict | None:
        if old is None or new is None:
            return None
        before = old.accept(self._renamed)
        return Verdict(
            _text(before),
            _text(new),
            fits_callers=is_subtype(new, before),
            fits_implementers=is_subtype(before, new),
            is_signature=all(isinstance(get_proper_type(each), FunctionLike) for each in (before, new)),
        )

    @cached_property
    def _renamed(self) -> Renamed:
        after = dict(self.checked.classes(AFTER))
        pairs = ((path, after.get(self.moved.get(path, path))) for path, _ in self.checked.classes(BEFORE))
        return Renamed({f"{BEFORE}.{path}": info for path, info in pairs if info is not None})


_VARIANCES = {COVARIANT: "covariant", CONTRAVARIANT: "contravariant"}


def _text(type_: Type) -> str:
    return SIDES.sub("", str(type_)).replace("builtins.", "")
