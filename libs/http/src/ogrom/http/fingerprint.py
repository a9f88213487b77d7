"""Fingerprints of the code that shapes representations, for entity tags that name them (RFC 9110, 8.8.3).

The revision of an entity says which state is shown, but a new release may show the same state in another form. So each
entity tag is `"<revision>~<fingerprint>"`, and changes with either. In the fingerprint are

* the source of the module that defines the resource, of those that its bases and renderers are from, and of all that
  these import at their top level, as far as they belong to the same packages as one of them;
* the same of whatever else the mount says that it is `shaped_by`, such as the classes that make entities of rows;
* the path of each endpoint that a resource of the module links to, and the media types of its representations;
* the versions of msgspec, which writes JSON and MessagePack, and of zlib, which compresses.

Not in it is what the code does not say: data, settings, the answers of another service, what is imported within a
function, and a module without source (typed into an interpreter, or shipped compiled), which counts by its name alone.
Pages show one request and have no entity tags, so their templates do not matter.

It is more than need be: a release that changes only the way in which rows are fetched changes it too, and costs each
copy in the world one full answer. It depends on neither paths nor times, nor on what else a process has imported.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import Final

import msgspec

_BYTES: Final = 5
_WRITERS: Final = f"msgspec {msgspec.__version__}", f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
# An import at a module's top level; what only looks like one, in a docstring, is passed over.
_IMPORT: Final = re.compile(
    r'(?s:""".*?""")|^(?:from +(\.*)([\w.]*) +import +(\([^)]*\)|.*)|import +(.*))', re.MULTILINE
)
_COMMENT: Final = re.compile(r"#.*")


def fingerprint(shaping: Iterable[object], facts: Iterable[str]) -> str:
    """Ten hex digits that are the same wherever the same code is installed.

    Args:
        shaping: classes and functions, whose modules are read.
        facts: what else decides about the bytes.
    """
    modules = frozenset(_module(each) for each in shaping)
    said = "\n".join((*_WRITERS, *sorted({*facts})))
    return blake2b(_code(modules) + said.encode(), digest_size=_BYTES).hexdigest()


def _module(shaping: object) -> str:
    """The name of its module, also where that is the program: `python -m shop` calls it `__main__`."""
    name = getattr(shaping, "__module__", None) or "builtins"
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return spec.name if spec else name


@cache
def _code(modules: frozenset[str]) -> bytes:
    """A digest of the modules, and of all of their packages that they import."""
    packages = {_package(each) for each in modules} - sys.stdlib_module_names
    waiting = {each for each in modules if _package(each) in packages}
    seen: dict[str, bytes] = {}
    while waiting:
        name = waiting.pop()
        seen[name], imported = _read(name)
        waiting |= {each for each in imported if _package(each) in packages} - seen.keys()
    return blake2b(b"".join(name.encode() + seen[name] for name in sorted(seen))).digest()


def _package(module: str) -> str:
    return module.partition(".")[0]


@cache
def _read(name: str) -> tuple[bytes, frozenset[str]]:
    """A digest of the module's source, and the modules that it imports.

    What it imports at its top level has been imported, so a name that is not in `sys.modules` is no module.
    """
    specs = (getattr(sys.modules.get(each), "__spec__", None) for each in (name, "__main__"))
    spec = next((each for each in specs if each and each.name == name), None)
    read = getattr(spec and spec.loader, "get_source", None)
    source = (read(name) if read else None) or ""
    package = name if spec and spec.submodule_search_locations is not None else name.rpartition(".")[0]
    imported = (each for match in _IMPORT.findall(source) for each in _imported(package, *match))
    return blake2b(source.encode()).digest(), frozenset(each for each in imported if each in sys.modules)


def _imported(package: str, dots: str, module: str, names: str, modules: str) -> list[str]:
    """What an import may have imported: `from a import b, c` is about a, a.b and a.c."""
    if not dots + module:
        return _names(modules)
    parents = package.split(".") if dots else []
    origin = ".".join((*parents[: len(parents) + 1 - len(dots)], module)).strip(".")
    return [origin, *(f"{origin}.{each}" for each in _names(names))]


def _names(listed: str) -> list[str]:
    members = _COMMENT.sub("", listed).strip("() \n").split(",")
    return [each.split()[0] for each in members if each.strip()]
