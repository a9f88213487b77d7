"""What mypy says about one name in two versions: can either type replace the other?

mypy reads both versions in one build, each below a prefix of its own: `before.ogrom.http` and `after.ogrom.http`.
"""

import re
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from mypy import build
from mypy.errors import CompileError
from mypy.modulefinder import BuildSource
from mypy.nodes import (
    CONTRAVARIANT,
    COVARIANT,
    Decorator,
    FuncDef,
    MypyFile,
    OverloadedFuncDef,
    SymbolNode,
    TypeAlias,
    TypeInfo,
    Var,
)
from mypy.options import Options
from mypy.subtypes import IS_SETTABLE, find_member, get_member_flags, is_subtype
from mypy.type_visitor import TypeTranslator
from mypy.typeops import tuple_fallback, type_object_type
from mypy.types import (
    AnyType,
    FunctionLike,
    Instance,
    TupleType,
    Type,
    TypeAliasType,
    TypeOfAny,
    TypeVarLikeType,
    TypeVarType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

from ogrom_tools.api.wheel import UnpackedWheel
from ogrom_tools.command import Failed
from ogrom_tools.environment import locked

BEFORE, AFTER = "before", "after"

SIDES = re.compile(rf"\b(?:{BEFORE}|{AFTER})\.(?=\w)")

_VARIANCES = {COVARIANT: "covariant", CONTRAVARIANT: "contravariant"}


@dataclass(frozen=True)
class Verdict:
    """The types of a name before and after, and whether either can replace the other."""

    old: str
    new: str
    fits_callers: bool
    """Whether the new type can be used wherever the old one was."""
    fits_implementers: bool
    """Whether code written for the old type still implements the new one."""

    is_signature: bool
    """Whether both declare their arguments; what `functools.cache` returns does not."""

    @property
    def lost(self) -> bool:
        """Whether more of it is Any than before, so that its uses are checked less."""
        return self.new.count("Any") > self.old.count("Any")


@dataclass(frozen=True)
class Checked:
    """What mypy knows about both versions."""

    files: Mapping[str, MypyFile]

    def node(self, side: str, path: str) -> SymbolNode | None:
        """What a name of a module or class refers to in one version; None if mypy does not know it."""
        parent, _, name = path.rpartition(".")
        file = self.files.get(f"{side}.{parent}")
        within = file or (self.node(side, parent) if parent else None)
        symbol = within.names.get(name) if isinstance(within, MypyFile | TypeInfo) else None
        return symbol.node if symbol else None

    def classes(self, side: str) -> Iterator[tuple[str, TypeInfo]]:
        """All classes of one version, private and nested ones included, by where they are defined."""
        todo: list[SymbolNode | None] = []
        for module, file in self.files.items():
            if module.startswith(f"{side}."):
                todo.extend(symbol.node for symbol in file.names.values())
        seen: set[TypeInfo] = set()
        while todo:
            node = todo.pop()
            if isinstance(node, TypeInfo) and node.fullname.startswith(f"{side}.") and node not in seen:
                seen.add(node)
                todo.extend(symbol.node for symbol in node.names.values())
                yield node.fullname.removeprefix(f"{side}."), node


def check(old: UnpackedWheel, new: UnpackedWheel, cache: Path | None) -> Checked:
    """Let mypy analyse both versions.

    Args:
        old: the version before.
        new: the version after.
        cache: the folder of mypy's cache; None keeps nothing.

    Raises:
        Failed: one of them cannot be parsed.
    """
    with TemporaryDirectory() as name, locked(cache / "lock") if cache else nullcontext():
        root = Path(name)
        sources = [*_copied(old, root, BEFORE), *_copied(new, root, AFTER)]
        lines = [f"import {source.module}\n" for source in sources]
        # A different text each time, or mypy would not load the other modules from its cache.
        probe = BuildSource(str(root / "probe.py"), "probe", "".join([*lines, f"# {uuid.uuid4()}\n"]))
        try:
            result = build.build([*sources, probe], _options(root, cache))
        except CompileError as problem:
            raise Failed("mypy cannot read the package:\n" + "\n".join(problem.messages)) from problem
        return Checked(result.files)


def _options(root: Path, cache: Path | None) -> Options:
    options = Options()
    options.mypy_path = [str(root)]
    options.namespace_packages = options.explicit_package_bases = True
    options.python_executable = sys.executable
    options.follow_imports = "silent"
    # A dependency that is not installed is Any in both versions.
    options.ignore_missing_imports = True
    options.cache_dir = str(cache or "/dev/null")
    return options


def _copied(content: UnpackedWheel, root: Path, side: str) -> Sequence[BuildSource]:
    """Copy a version below its prefix, and make it import itself from there."""
    own = re.compile(
        rf"^(\s*(?:from|import)\s+)(?=(?:{'|'.join(map(re.escape, content.packages))})\b)", re.MULTILINE
    )
    sources = []
    for module, file in content.modules.items():
        copy = root / side / file.relative_to(content.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(own.sub(rf"\1{side}.", file.read_text(encoding="utf-8")), encoding="utf-8")
        sources.append(BuildSource(str(copy), f"{side}.{module}"))
    return sources


def type_of(node: SymbolNode | None) -> Type | None:
    """The type of a function, variable or alias; None for anything else."""
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
    """Whether the class itself can be instantiated."""
    return not (info.is_protocol or info.is_abstract or info.is_enum)


def _promised(node: SymbolNode | None, type_: Type | None) -> Type | None:
    """What a value promises: `FORMS = ("a", "b")` is a tuple of strings, but not declared to have two."""
    found = get_proper_type(type_)
    if isinstance(node, Var) and node.is_inferred and isinstance(found, TupleType):
        return tuple_fallback(found)
    return type_


class Renamed(TypeTranslator):
    """Translates types of the old version to the classes of the new one.

    A class is identified by its name: if both versions of a function take an `Exchange`, they take the same thing.
    Otherwise a class with one more field would change every signature that mentions it.
    """

    def __init__(self, classes: Mapping[str, TypeInfo]) -> None:
        """Replace these classes.

        Args:
            classes: those of the new version, by the full names of the old.
        """
        super().__init__()
        self.classes = classes

    def visit_instance(self, t: Instance, /) -> Type:
        """An instance of the new class with this name."""
        same = cast("Instance", super().visit_instance(t))
        info = self.classes.get(t.type.fullname)
        if info is None:
            return same
        arguments: Sequence[Type] = same.args
        if len(arguments) != len(info.defn.type_vars):
            arguments = [AnyType(TypeOfAny.special_form)] * len(info.defn.type_vars)
        return Instance(info, arguments, last_known_value=same.last_known_value)

    def visit_type_var(self, t: TypeVarType, /) -> Type:
        """The same variable, with translated bounds."""
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
        """What the alias refers to; a recursive one stays as it is."""
        return t if t.is_recursive else get_proper_type(t).accept(self)


@dataclass(frozen=True)
class Types:
    """Compares the types of names in two versions."""

    checked: Checked
    moved: Mapping[str, str]
    """Where each class is defined now, by where it was defined before."""

    def name(self, path: str) -> Verdict | None:
        """A function, variable or alias of a module; None if mypy does not know both."""
        old, new = (self.checked.node(side, path) for side in (BEFORE, AFTER))
        before, after = type_of(old), type_of(new)
        if before and isinstance(old, TypeAlias) and isinstance(new, TypeAlias):
            # `Pair = tuple[T, T]`: give both the same type parameters.
            missing: list[Type] = [AnyType(TypeOfAny.special_form)] * len(old.alias_tvars)
            before = TypeAliasType(old, [*new.alias_tvars, *missing][: len(old.alias_tvars)])
        return self._verdict(before, after)

    def is_alias(self, path: str) -> bool:
        """Whether it is a type alias in both versions."""
        return all(isinstance(self.checked.node(side, path), TypeAlias) for side in (BEFORE, AFTER))

    def is_class(self, path: str) -> bool:
        """Whether it is a class in both versions, including `NewType("Id", int)`."""
        return None not in self._pair(path)

    def lost_bases(self, path: str) -> tuple[str, ...]:
        """The bases that it no longer has, by where they are or were defined."""
        old, new = self._pair(path)
        if old is None or new is None:
            return ()
        kept = {info.fullname.removeprefix(f"{AFTER}.") for info in new.mro}
        lost = (info.fullname.removeprefix(f"{BEFORE}.") for info in old.mro)
        return tuple(base for base in lost if self.moved.get(base, base) not in kept)

    def constructor(self, path: str) -> Verdict | None:
        """The constructor of a class; None if it cannot be instantiated."""
        old, new = self._pair(path)
        if old is None or new is None or not (is_made(old) and is_made(new)):
            return None
        return self._verdict(type_object_type(old), type_object_type(new))

    def member(self, path: str, name: str) -> Verdict | None:
        """A method or attribute of an instance."""
        old, new = self._instances(path)
        if old is None or new is None:
            return None
        return self._verdict(member(name, old), member(name, new))

    def settable(self, path: str, name: str) -> tuple[bool, bool]:
        """Whether an attribute could and can be assigned to."""
        old, new = (each is not None and is_settable(name, each) for each in self._instances(path))
        return old, new

    def variables(self, path: str) -> str | None:
        """What breaks in the type parameters of a class, if anything."""
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
        """The class as a type before and after, with its new type parameters."""
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


def _text(type_: Type) -> str:
    return SIDES.sub("", str(type_)).replace("builtins.", "")
