"""Which files of a checkout a module imports, read from the sources; nothing is run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, Self

from ogrom_tools.projects import Workspace

INIT = "__init__.py"


class Import(NamedTuple):
    """One name that a module imports."""

    module: str
    name: str
    """The name in it; "" for the module as a whole."""
    alias: str
    """What it is called here."""


class Place(NamedTuple):
    """A file that an import leads to."""

    file: Path
    is_read: bool
    """Whether its own imports count: not those of a package that is only passed."""


@dataclass(frozen=True)
class Imports:
    """The modules of a checkout, by the names that they are imported by."""

    modules: Mapping[str, Path]

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Find the modules: those of the projects, and of bench."""
        bases = {each.sources: each.sources for each in workspace} | {
            workspace.root: workspace.root / "bench"
        }
        return cls(
            {_name(file, base): file for base, folder in bases.items() for file in folder.rglob("*.py")}
        )

    def reach(self, imports: Iterable[Import]) -> frozenset[Path]:
        """All files that these imports lead to, through others too.

        A name that a package's `__init__` hands on leads to the module that defines it, and not to all that the
        `__init__` imports: what is wrong there is seen by the tests that were written for it.
        """
        todo, found = [place for each in imports for place in self._places(each)], set[Place]()
        while todo:
            if (place := todo.pop()) not in found:
                found.add(place)
                todo.extend(self._next(place))
        return frozenset(place.file for place in found)

    def behind(self, file: Path) -> frozenset[Path]:
        """All files that a file imports, through others too."""
        return self.reach(imports_of(file, self._names.get(file, "")))

    def _next(self, place: Place) -> Iterable[Place]:
        if place.is_read and place not in self._known:
            imports = imports_of(place.file, self._names.get(place.file, ""))
            self._known[place] = [found for each in imports for found in self._places(each)]
        return self._known.get(place, ())

    @cached_property
    def _known(self) -> dict[Place, list[Place]]:
        return {}

    @cached_property
    def _names(self) -> Mapping[Path, str]:
        return {file: name for name, file in self.modules.items()}

    def _places(self, wanted: Import) -> Iterator[Place]:
        module, name, _ = wanted
        if f"{module}.{name}" in self.modules:
            module, name = f"{module}.{name}", ""
        parents = [module.rsplit(".", n)[0] for n in range(1, module.count(".") + 1)]
        yield from (Place(self.modules[each], is_read=False) for each in parents if each in self.modules)
        if (file := self.modules.get(module)) is None:
            return
        handed_on = [each for each in imports_of(file, module) if name == each.alias and file.name == INIT]
        yield Place(file, is_read=not handed_on)
        for each in handed_on:
            yield from self._places(each)


def _name(file: Path, base: Path) -> str:
    parts = file.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if file.name == INIT else parts)


@cache
def imports_of(file: Path, module: str = "") -> frozenset[Import]:
    """What a file imports anywhere in it.

    Args:
        file: the source.
        module: its own name, for relative imports.
    """
    package = module if file.name == INIT else module.rpartition(".")[0]
    tree = ast.parse(file.read_bytes())
    return frozenset(found for node in ast.walk(tree) for found in _imports(node, package))


def _imports(node: ast.AST, package: str) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            yield from (Import(each.name, "", each.asname or each.name.partition(".")[0]) for each in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            above = package.rsplit(".", level - 1)[0] if level else ""
            origin = ".".join(filter(None, (above, module)))
            yield from (
                Import(origin, "" if each.name == "*" else each.name, each.asname or each.name)
                for each in names
            )
