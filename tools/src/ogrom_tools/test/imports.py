"""Which files of a checkout a file imports, read from the sources; nothing is run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from ogrom_tools.projects import Workspace

INIT = "__init__.py"


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

    def reach(self, files: Iterable[Path]) -> frozenset[Path]:
        """These files and all that they import, through others too.

        A name that a package's `__init__` hands on leads to the module that defines it, and not to all that the
        `__init__` imports: what is wrong there is seen by the tests that were written for it.
        """
        names = {file: name for name, file in self.modules.items()}
        todo, found = [(file, True) for file in files], set[tuple[Path, bool]]()
        while todo:
            if (each := todo.pop()) not in found:
                found.add(each)
                file, is_read = each
                for module, name in _imports(file, names.get(file, "")) if is_read else ():
                    todo.extend(self._places(module, name))
        return frozenset(file for file, _ in found)

    def _places(self, module: str, name: str) -> Iterator[tuple[Path, bool]]:
        """The files that an import leads to, and whether their own imports count."""
        if f"{module}.{name}" in self.modules:
            module, name = f"{module}.{name}", ""
        parents = [module.rsplit(".", n)[0] for n in range(1, module.count(".") + 1)]
        yield from ((self.modules[each], False) for each in parents if each in self.modules)
        if (file := self.modules.get(module)) is None:
            return
        handed_on = [each for each in _imports(file, module) if name and each[1] == name]
        if file.name != INIT or not handed_on:
            yield file, True
            return
        yield file, False
        for origin, original in handed_on:
            yield from self._places(origin, original)


def _name(file: Path, base: Path) -> str:
    parts = file.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if file.name == INIT else parts)


@cache
def _imports(file: Path, module: str) -> frozenset[tuple[str, str]]:
    """What a file imports: modules and names in them, "" for a module as a whole."""
    package = module if file.name == INIT else module.rpartition(".")[0]
    tree = ast.parse(file.read_bytes())
    return frozenset(pair for node in ast.walk(tree) for pair in _pairs(node, package))


def _pairs(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import(names=names):
            yield from ((each.name, "") for each in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            above = package.rsplit(".", level - 1)[0] if level else ""
            origin = ".".join(filter(None, (above, module)))
            yield from ((origin, "" if each.name == "*" else each.name) for each in names)
