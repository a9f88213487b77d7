"""Compares an npm package with its last release, to find the level of its next version.

The compiler says which names the declarations export. It does not compare their types, so what else breaks a program is
what the changelog says: under Removed, or by the level that is asked for.
"""

import json
import re
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ogrom_rules import Finding, Level, Rule, ordered
from ogrom_tools.changelog import FILE, Changelog
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.npm.node import node
from ogrom_tools.npm.tarball import Member, built, members, pack

CONTENT_CHANGED = Rule("content-changed", Level.PATCH, "The content of {file}{more} differs.")
EXPORT_ADDED = Rule("export-added", Level.MINOR, "It is new.")
EXPORT_REMOVED = Rule("export-removed", Level.MAJOR, "It can no longer be imported.", removes=True)
DEPRECATED_REMOVED = Rule("deprecated-removed", Level.MAJOR, "It was removed after its deprecation.")
SAID_CHANGED = Rule("said-changed", Level.MINOR, "It tells of something under {kinds}.")
SAID_REMOVED = Rule("said-removed", Level.MAJOR, "It tells of something under Removed.")

_MINOR = frozenset({"Added", "Changed", "Deprecated"})

_EXPORTS = """
const ts = require("typescript");
const { NodeNext } = ts.ModuleKind;
const options = { module: NodeNext, skipLibCheck: true, types: [] };
const found = {};
for (const file of process.argv.slice(1)) {
  const program = ts.createProgram([file], options), checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  for (const each of module ? checker.getExportsOfModule(module) : []) {
    const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    const tags = [...each.getJsDocTags(checker), ...symbol.getJsDocTags(checker)];
    (found[file] ??= {})[each.name] = tags.some(tag => tag.name === "deprecated");
  }
}
console.log(JSON.stringify(found));
"""
"""Prints the exported names of declaration files, and whether each is deprecated."""


def compare(repository: Repository, old: Path, tree: str) -> tuple[Finding, ...]:
    """What changed in a git tree since a release.

    Args:
        repository: which holds it.
        old: the release's tarball.
        tree: the id of the package's folder.

    Returns:
        The findings, the most serious first; none if every file of the tarball is the same.

    Raises:
        Failed: it cannot be built.
    """
    with built(repository, tree) as source, tempfile.TemporaryDirectory() as name:
        new = pack(source, 0, Path(name)).path
        before, after = (_unversioned(each.read_bytes()) for each in (old, new))
        if before == after:
            return ()
        names = []
        for path in (old, new):
            folder = source / ".compared" / ("old" if path == old else "new")
            with tarfile.open(path) as tar:
                tar.extractall(folder, filter="data")
            names.append(_exports(source, folder / "package"))
    unreleased = Changelog.parse(repository.show(tree, FILE)).unreleased
    return ordered([*_content(before, after), *_names(*names), *said(unreleased)])


def _unversioned(tarball: bytes) -> Mapping[str, Member]:
    """Its files, without the version in package.json, which each release raises."""
    files = dict(members(tarball))
    manifest = files["package/package.json"]
    content = {**json.loads(manifest.content), "version": ""}
    return {**files, "package/package.json": manifest._replace(content=json.dumps(content).encode())}


def _content(before: Mapping[str, Member], after: Mapping[str, Member]) -> Iterator[Finding]:
    differ = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    more = f" and {len(differ) - 1} more files" if len(differ) > 1 else ""
    file = differ[0].removeprefix("package/")
    yield CONTENT_CHANGED.at(file, file=file, more=more)


def _exports(source: Path, package: Path) -> Mapping[str, bool]:
    """The names that a package exports, such as `@ogrom/client.Page`, and whether each is deprecated."""
    manifest = json.loads((package / "package.json").read_text(encoding="utf-8"))
    files = {str(package / file): entry for entry, file in _entries(manifest)}
    found = json.loads(run(node(), "-e", _EXPORTS, *files, folder=source))
    return {
        f"{files[file]}.{name}": is_deprecated
        for file, names in found.items()
        for name, is_deprecated in names.items()
    }


def _entries(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What can be imported of a package, and the declarations of each."""
    exports = manifest.get("exports", {".": manifest.get("types", "index.d.ts")})
    if not (isinstance(exports, dict) and all(each.startswith(".") for each in exports)):
        exports = {".": exports}
    for path, target in exports.items():
        for file in [*_declarations(target)][:1]:
            yield manifest["name"] + path.removeprefix("."), file


def _declarations(target: Any) -> Iterator[str]:
    if isinstance(target, dict):
        for each in target.values():
            yield from _declarations(each)
    elif isinstance(target, str) and target.endswith((".d.ts", ".js")):
        yield re.sub(r"(?<!\.d)\.[tj]s$", ".d.ts", target)


def _names(before: Mapping[str, bool], after: Mapping[str, bool]) -> Iterator[Finding]:
    yield from (EXPORT_ADDED.at(each) for each in sorted(after.keys() - before.keys()))
    for name in sorted(before.keys() - after.keys()):
        yield (DEPRECATED_REMOVED if before[name] else EXPORT_REMOVED).at(name)


def said(unreleased: str) -> Iterator[Finding]:
    """What the changelog says, by its headings."""
    kinds = re.findall(r"^### (\w+)", unreleased, re.MULTILINE)
    if "Removed" in kinds:
        yield SAID_REMOVED.at(FILE)
    if minor := [each for each in kinds if each in _MINOR]:
        yield SAID_CHANGED.at(FILE, kinds=" and ".join(minor))
