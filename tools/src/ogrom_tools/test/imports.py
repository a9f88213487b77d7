"""What modules import, read from their source without running it; and what a test module uses of its conftest.py."""

import ast
import re
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
    """The name in that module; "" for the module as a whole."""
    alias: str
    """The name in the importing module."""


class Target(NamedTuple):
    """A file that an import leads to."""

    file: Path
    is_read: bool
    """Whether its own imports count; those of a package on the way to a submodule do not."""


@dataclass(frozen=True)
class Imports:
    """The modules of a checkout, by the names under which they are imported."""

    modules: Mapping[str, Path]

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Find the modules of the projects and of bench."""
        bases = {each.sources: each.sources for each in workspace} | {
            workspace.root: workspace.root / "bench"
        }
        return cls(
            {_name(file, base): file for base, folder in bases.items() for file in folder.rglob("*.py")}
        )

    def reach(self, imports: Iterable[Import]) -> frozenset[Path]:
        """All files that these imports lead to, directly or not.

        A name that a package's `__init__` re-exports leads to the module that defines it, and not to everything that
        the `__init__` imports: faults there are found by the tests written for them.
        """
        todo, found = [target for each in imports for target in self._targets(each)], set[Target]()
        while todo:
            if (target := todo.pop()) not in found:
                found.add(target)
                todo.extend(self._next(target))
        return frozenset(target.file for target in found)

    def behind(self, file: Path) -> frozenset[Path]:
        """All files that a file imports, directly or not."""
        return self.reach(imports_of(file, self._names.get(file, "")))

    def _next(self, target: Target) -> Iterable[Target]:
        if target.is_read and target not in self._known:
            imports = imports_of(target.file, self._names.get(target.file, ""))
            self._known[target] = [found for each in imports for found in self._targets(each)]
        return self._known.get(target, ())

    @cached_property
    def _known(self) -> dict[Target, list[Target]]:
        return {}

    @cached_property
    def _names(self) -> Mapping[Path, str]:
        return {file: name for name, file in self.modules.items()}

    def _targets(self, wanted: Import) -> Iterator[Target]:
        module, name, _ = wanted
        if f"{module}.{name}" in self.modules:
            module, name = f"{module}.{name}", ""
        parents = [module.rsplit(".", n)[0] for n in range(1, module.count(".") + 1)]
        yield from (Target(self.modules[each], is_read=False) for each in parents if each in self.modules)
        if (file := self.modules.get(module)) is None:
            return
        reexported = [each for each in imports_of(file, module) if name == each.alias and file.name == INIT]
        yield Target(file, is_read=not reexported)
        for each in reexported:
            yield from self._targets(each)


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


@dataclass(frozen=True)
class TestModule:
    """A test module as pytest sees it."""

    __test__ = False  # for pytest

    file: Path
    conftests: tuple[Path, ...]
    """The conftest.py files that pytest loads for it."""
    code: str
    """Its source, and that of the fixtures and everything else that it uses of those."""

    @classmethod
    def read(cls, file: Path, root: Path) -> Self:
        """Read a test module of a checkout."""
        above = (each / "conftest.py" for each in file.parents if each.is_relative_to(root))
        conftests = tuple(each for each in above if each.exists())
        return cls(file, conftests, _code(file.read_text(encoding="utf-8"), conftests))

    @property
    def imports(self) -> Iterator[Import]:
        """What it imports, and what the conftest.py files import for the parts that it uses."""
        yield from imports_of(self.file)
        names = used_names(self.code)
        for conftest in self.conftests:
            yield from (each for each in imports_of(conftest) if each.alias in names)


def _code(text: str, conftests: Iterable[Path]) -> str:
    left, used = [part for each in conftests for part in _parts(each)], [text]
    for code in used:  # this list grows
        words = used_names(code)
        used.extend(body for name, body in left if name in words or "autouse" in body)
        left = [(name, body) for name, body in left if body not in used]
    return "\n".join(used)


@cache
def used_names(code: str) -> frozenset[str]:
    """The names that some code uses: variables, parameters (which are fixtures) and arguments of `usefixtures`."""
    nodes = list(ast.walk(ast.parse(code)))
    names = {each.id for each in nodes if isinstance(each, ast.Name)}
    parameters = {each.arg for each in nodes if isinstance(each, ast.arg)}
    calls = (each for each in nodes if isinstance(each, ast.Call) and "usefixtures" in ast.unparse(each.func))
    return frozenset(
        names | parameters | {str(ast.literal_eval(each)) for call in calls for each in call.args}
    )


@cache
def _parts(conftest: Path) -> tuple[tuple[str, str], ...]:
    """The functions, classes and constants of a conftest.py, each under all of its names."""
    text = conftest.read_text(encoding="utf-8")
    lines = text.splitlines()
    return tuple(
        (name, "\n".join(lines[_first_line(node) - 1 : node.end_lineno]))
        for node in ast.parse(text).body
        for name in _names(node)
    )


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case (
            ast.FunctionDef(name=name, decorator_list=decorators)
            | ast.ClassDef(name=name, decorator_list=decorators)
        ):
            yield name
            yield from re.findall(r"name='(\w+)'", " ".join(map(ast.unparse, decorators)))
        case ast.Assign(targets=targets):
            yield from (each.id for each in targets if isinstance(each, ast.Name))
