"""What a test module is made of: its own code, and what it uses of the conftest.py files above it."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from .imports import Import, imports_of


@dataclass(frozen=True)
class TestModule:
    """A test module as pytest sees it."""

    __test__ = False  # pytest need not look for tests in it

    file: Path
    conftests: tuple[Path, ...]
    """Those that pytest loads for it."""
    code: str
    """Its text, and that of the fixtures and all else that it uses of them."""

    @classmethod
    def read(cls, file: Path, root: Path) -> Self:
        """Read a test module of a checkout."""
        above = (each / "conftest.py" for each in file.parents if each.is_relative_to(root))
        conftests = tuple(each for each in above if each.exists())
        return cls(file, conftests, _code(file.read_text(encoding="utf-8"), conftests))

    @property
    def imports(self) -> Iterator[Import]:
        """What it imports, and what the conftest.py files import for what it uses of them."""
        yield from imports_of(self.file)
        names = used_names(self.code)
        for conftest in self.conftests:
            yield from (each for each in imports_of(conftest) if each.alias in names)


def _code(text: str, conftests: Iterable[Path]) -> str:
    left, used = [part for each in conftests for part in _parts(each)], [text]
    for code in used:  # which grows
        words = used_names(code)
        used.extend(body for name, body in left if name in words or "autouse" in body)
        left = [(name, body) for name, body in left if body not in used]
    return "\n".join(used)


@cache
def used_names(code: str) -> frozenset[str]:
    """The names that some code uses: variables, parameters, which are fixtures, and those of `usefixtures`."""
    nodes = list(ast.walk(ast.parse(code)))
    names = {each.id for each in nodes if isinstance(each, ast.Name)}
    parameters = {each.arg for each in nodes if isinstance(each, ast.arg)}
    calls = (each for each in nodes if isinstance(each, ast.Call) and "usefixtures" in ast.unparse(each.func))
    return frozenset(
        names | parameters | {str(ast.literal_eval(each)) for call in calls for each in call.args}
    )


@cache
def _parts(conftest: Path) -> tuple[tuple[str, str], ...]:
    """The functions, classes and constants of a conftest.py, each by all of its names."""
    text = conftest.read_text(encoding="utf-8")
    lines = text.splitlines()
    return tuple(
        (name, "\n".join(lines[_first(node) - 1 : node.end_lineno]))
        for node in ast.parse(text).body
        for name in _names(node)
    )


def _first(node: ast.stmt) -> int:
    """The line that it begins in, decorators included."""
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
