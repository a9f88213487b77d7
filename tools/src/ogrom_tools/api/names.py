"""Names that came and went."""

from collections.abc import Iterator

from ogrom_tools.versions import Level

from .findings import Finding
from .surface import Surface


def name_changes(old: Surface, new: Surface) -> Iterator[Finding]:
    """Modules and names that can be imported no more, or can be now."""
    yield from _modules_gone(old, new)
    for path in old.names:
        if path not in new.names and _module(path) in new.modules:
            yield _gone("name", path, new)
    for module in new.modules:
        if (
            module not in old.modules
            and module.rpartition(".")[0] not in new.modules.keys() - old.modules.keys()
        ):
            yield Finding("module-added", Level.MINOR, module, f"The module {module} can be imported.")
    for path in new.names:
        if path not in old.names and _module(path) in old.modules:
            yield Finding("name-added", Level.MINOR, path, f"{path} can be imported.")


def _modules_gone(old: Surface, new: Surface) -> Iterator[Finding]:
    """A module that is gone is one finding, not one for each of its names."""
    for module in old.modules:
        if module not in new.modules and _module(module) not in old.modules.keys() - new.modules.keys():
            yield _gone("module", module, new)


def _gone(kind: str, path: str, new: Surface) -> Finding:
    if new.defines(path):
        return Finding(
            "export-removed", Level.MAJOR, path, f"The {kind} {path} is there, but no longer public."
        )
    return Finding(f"{kind}-removed", Level.MAJOR, path, f"The {kind} {path} cannot be imported any longer.")


def _module(path: str) -> str:
    return path.rpartition(".")[0]
