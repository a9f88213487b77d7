"""The public names of a package, read from its source by griffe; nothing is imported or run.

Public is, by https://typing.python.org/en/latest/spec/distributing.html and one rule for modules:

* in a module with `__all__`, what it lists; in another, what it defines without a leading underscore, and what it
  imports by `from .module import name as name` or `import *`;
* a module without a leading underscore. But where a package has `__all__`, it has said what it offers: a module below
  it is public only if that names it too, or if the module has `__all__` itself.

A type variable is private unless `__all__` lists it.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import griffe

from ogrom_rules import Finding
from ogrom_tools.api import rules
from ogrom_tools.api.wheel import UnpackedWheel

TYPE_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})

Found = griffe.Object | griffe.Alias

MAKING = frozenset(
    {
        rules.CONSTRUCTOR_CHANGED.name,
        rules.FIELD_ADDED_REQUIRED.name,
        rules.FIELD_KEYWORD_ONLY.name,
        rules.FIELD_MOVED.name,
        rules.FIELD_REQUIRED.name,
        rules.FINAL_ADDED.name,
    }
)
"""Rules that affect only code which makes an instance or inherits."""


@dataclass(frozen=True)
class Surface:
    """What others can import."""

    modules: Mapping[str, griffe.Module]
    """The public modules by name."""
    everything: griffe.ModulesCollection
    """All modules, the private ones too."""

    @cached_property
    def names(self) -> Mapping[str, griffe.Object]:
        """What each public name refers to; `ogrom.http.Resource` is a class that another module defines."""
        found = {}
        for path, module in self.modules.items():
            for name, member in module.members.items():
                target = self._target(module, name, member)
                if target is not None and _is_public(module, name, member):
                    found[f"{path}.{name}"] = target
        return found

    @cached_property
    def classes(self) -> frozenset[str]:
        """Where the public classes are defined, which may be a private module."""
        return frozenset(each.path for each in self.names.values() if each.is_class)

    @cached_property
    def public_names(self) -> Mapping[str, str]:
        """The shortest public name of each class, by where it is defined."""
        longest_first = sorted(self.names, key=len, reverse=True)
        return {self.names[path].path: path for path in longest_first if self.names[path].is_class}

    def _target(self, module: griffe.Module, name: str, member: Found) -> griffe.Object | None:
        """What a name refers to in the end; None for a module or for something of another distribution."""
        if not _is_module(member):
            return final(member)
        # `from .dot import dot`: griffe keeps the module of that name, Python what was imported.
        imported = module.imports.get(name)
        if imported is None or imported == member.path or not self.defines(imported):
            return None
        return final(self.everything.get_member(imported))

    def defines(self, path: str) -> bool:
        """Whether the package defines this name or module, public or not."""
        try:
            self.everything.get_member(path)
        except (KeyError, ValueError):
            return False
        return True


def surface(content: UnpackedWheel) -> Surface:
    """Read the public names of all packages of a release."""
    loader = griffe.GriffeLoader(search_paths=[content.folder], allow_inspection=False)
    tops = {package.partition(".")[0] for package in content.packages}
    for top in sorted(tops):
        loader.load(top, try_relative_path=False)
    loader.resolve_aliases(external=False)
    roots = (loader.modules_collection.get_member(package) for package in content.packages)
    modules = {path: module for root in roots for path, module in _modules(root, is_closed=False)}
    return Surface(modules, loader.modules_collection)


def _modules(module: griffe.Module, *, is_closed: bool) -> Iterator[tuple[str, griffe.Module]]:
    """The public modules from this one down; those below an `__all__` are closed."""
    parent = module.parent
    named = parent is not None and module.name in (parent.exports or ()) and module.name not in parent.imports
    if not is_closed or named or module.exports is not None:
        yield module.path, module
    for child in module.modules.values():
        if not child.is_alias and not child.name.startswith("_"):
            yield from _modules(child, is_closed=is_closed or module.exports is not None)


def _is_module(member: Found) -> bool:
    return not member.is_alias and member.is_module


def _is_public(module: griffe.Module, name: str, member: Found) -> bool:
    if module.exports is not None:
        return name in module.exports
    if name.startswith("_") or _is_type_variable(member):
        return False
    if member.is_alias:
        return bool(cast("griffe.Alias", member).wildcard_imported) or name in _reexported(module)
    return True


def _is_type_variable(member: Found) -> bool:
    if member.is_alias or not member.is_attribute:
        return False
    value = cast("griffe.Attribute", member).value
    return isinstance(value, griffe.ExprCall) and value.canonical_path.rpartition(".")[2] in TYPE_VARIABLES


def _reexported(module: griffe.Module) -> frozenset[str]:
    """What the module re-exports by `import name as name`, which griffe does not record."""
    files = module.filepath if isinstance(module.filepath, list) else [module.filepath]
    imports = (node for file in files if file.is_file() for node in ast.walk(ast.parse(file.read_bytes())))
    names = (alias for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names)
    return frozenset(alias.name for alias in names if alias.name == alias.asname)


def final(member: Found) -> griffe.Object | None:
    """What a member refers to in the end; None outside of the package."""
    if not member.is_alias:
        return cast("griffe.Object", member)
    try:
        return cast("griffe.Alias", member).final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def reachable(surface: Surface) -> Mapping[str, griffe.Class]:
    """The private classes that the types of public names lead to.

    Nobody can import them, but whoever gets one uses its methods, and whoever passes one in may have implemented it,
    if it is a Protocol. Each is named by the path to it, `ogrom.sources.tls_options.tls_options TlsOptions`, since
    where it is defined may change.
    """
    found: dict[str, griffe.Class] = {}
    seen = set(surface.classes)
    todo: list[tuple[str, griffe.Object]] = sorted(surface.names.items())
    for path, each in todo:
        for class_ in _mentioned(each, surface):
            if class_.path not in seen:
                seen.add(class_.path)
                found[f"{path} {class_.name}"] = class_
                todo.append((f"{path} {class_.name}", class_))
    return found


def without_making(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without those that affect only code which makes an instance."""
    for each in findings:
        if each.rule not in MAKING and not each.symbol.endswith(".__init__"):
            yield each


def _mentioned(found: griffe.Object, surface: Surface) -> Iterator[griffe.Class]:
    """The classes of the package in its type annotations."""
    modules = surface.everything
    for annotation in _annotations(found):
        if isinstance(annotation, griffe.Expr):
            for part in annotation.iterate(flat=True):
                if isinstance(part, griffe.ExprName) and (class_ := class_at(modules, part.canonical_path)):
                    yield class_


def _annotations(found: griffe.Object) -> Iterator[griffe.Expr | str | None]:
    if found.is_function:
        function = cast("griffe.Function", found)
        yield function.returns
        yield from (each.annotation for each in function.parameters)
    elif found.is_attribute:
        yield cast("griffe.Attribute", found).annotation
    elif found.is_class:
        members = (final(each) for name, each in found.all_members.items() if not name.startswith("_"))
        for member in members:
            if member is not None and not member.is_class:
                yield from _annotations(member)


def class_at(modules: griffe.ModulesCollection, path: str) -> griffe.Class | None:
    """The class of this name, if the package has it."""
    try:
        target = final(modules.get_member(path))
    except (KeyError, ValueError):
        return None
    return cast("griffe.Class", target) if target is not None and target.is_class else None
