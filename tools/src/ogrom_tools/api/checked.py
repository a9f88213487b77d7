"""Two versions of a package as mypy understands them, side by side in one build.

Each version lies below a name of its own, `before.ogrom.http` and `after.ogrom.http`, so that both are known at
once. The module that imports them all is never the same, or mypy would not read the others' types from its cache.
"""

import fcntl
import re
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mypy import build
from mypy.errors import CompileError
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile, SymbolNode, TypeInfo
from mypy.options import Options

from ogrom_tools.command import Failed

from .content import Content

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Checked:
    """What mypy knows of both versions."""

    files: Mapping[str, MypyFile]

    def node(self, side: str, path: str) -> SymbolNode | None:
        """What a name of a module or class stands for, on one side; None where mypy knows of none."""
        parent, _, name = path.rpartition(".")
        file = self.files.get(f"{side}.{parent}")
        within = file or (self.node(side, parent) if parent else None)
        symbol = within.names.get(name) if isinstance(within, MypyFile | TypeInfo) else None
        return symbol.node if symbol else None

    def classes(self, side: str) -> Iterator[tuple[str, TypeInfo]]:
        """All classes of one side, the private and the nested ones too, by where they are defined."""
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


def check(old: Content, new: Content, cache: Path | None) -> Checked:
    """Let mypy read both versions.

    Args:
        old: the version before.
        new: the version after.
        cache: where mypy keeps what it has read, for the next time; None keeps nothing.

    Raises:
        Failed: one of them cannot be read at all, as by an error of syntax.
    """
    with TemporaryDirectory() as name, _locked(cache):
        root = Path(name)
        sources = [*_copied(old, root, BEFORE), *_copied(new, root, AFTER)]
        lines = [f"import {source.module}\n" for source in sources]
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
    # A dependency that is not installed is Any, on both sides alike.
    options.ignore_missing_imports = True
    options.cache_dir = str(cache or "/dev/null")
    return options


def _copied(content: Content, root: Path, side: str) -> Sequence[BuildSource]:
    """Copy a version below its side's name, and let it import itself from there."""
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


@contextmanager
def _locked(cache: Path | None) -> Iterator[None]:
    """Let one process at a time use the cache; the others wait."""
    if cache is None:
        yield
        return
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
