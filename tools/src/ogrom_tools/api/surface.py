"""The public names of a package, read from its source by griffe; nothing is imported or run.

Public is, by https://typing.python.org/en/latest/spec/distributing.html and one rule for modules:

* in a module with `__all__`, what it lists; in another, what it defines without a leading underscore, and what it
  imports by `from .module import name as name` or `import *`;
* a module without a leading underscore. But where a package has `__all__`, it has said what it offers: a module below
  it is public only if that names it too, or if the module has `__all__` itself.

A type variable is nobody's to import, unless `__all__` lists it.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import griffe

from .content import Content

TYPE_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})

Found = griffe.Object | griffe.Alias


@dataclass(frozen=True)
class Surface:
    """What others can import."""

    modules: Mapping[str, griffe.Module]
    """The public modules by name."""
    everything: griffe.ModulesCollection
    """All modules, the private ones too."""

    @cached_property
    def names(self) -> Mapping[str, griffe.Object]:
        """What each public name stands for; `ogrom.http.Resource` is a class that another module defines."""
        found = {}
        for path, module in self.modules.items():
            for name, member in module.members.items():
                target = self._target(module, name, member)
                if target is not None and _is_public(module, name, member):
                    found[f"{path}.{name}"] = target
        return found

    @cached_property
    def classes(self) -> frozenset[str]:
        """Where the public classes are defined, which may be in a private module."""
        return frozenset(each.path for each in self.names.values() if each.is_class)

    @cached_property
    def public_names(self) -> Mapping[str, str]:
        """What a class is imported as, its shortest name, by where it is defined."""
        longest_first = sorted(self.names, key=len, reverse=True)
        return {self.names[path].path: path for path in longest_first if self.names[path].is_class}

    def _target(self, module: griffe.Module, name: str, member: Found) -> griffe.Object | None:
        """What a name stands for in the end; None where that is a module or another distribution's."""
        if not _is_module(member):
            return final(member)
        # `from .dot import dot`: griffe keeps the module of the name, Python what was imported.
        imported = module.imports.get(name)
        if imported is None or imported == member.path or not self.defines(imported):
            return None
        return final(self.everything.get_member(imported))

    def defines(self, path: str) -> bool:
        """Whether there is such a name or module, public or not."""
        try:
            self.everything.get_member(path)
        except (KeyError, ValueError):
            return False
        return True


def surface(content: Content) -> Surface:
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
    """The public modules from this one down; closed is what lies below an `__all__`."""
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
    """What the module imports under its own name, by `import name as name`: a mark that griffe does not keep."""
    files = module.filepath if isinstance(module.filepath, list) else [module.filepath]
    imports = (node for file in files if file.is_file() for node in ast.walk(ast.parse(file.read_bytes())))
    names = (alias for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names)
    return frozenset(alias.name for alias in names if alias.name == alias.asname)


def final(member: Found) -> griffe.Object | None:
    """What a member stands for in the end; None where that lies outside of the package."""
    if not member.is_alias:
        return cast("griffe.Object", member)
    try:
        return cast("griffe.Alias", member).final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
