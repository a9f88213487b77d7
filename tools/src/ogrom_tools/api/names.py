"""Names that came and went."""

from collections.abc import Iterator

from ogrom_rules import Finding

from .deprecation import message, removal
from .rules import DEPRECATED_REMOVED, EXPORT_REMOVED, MODULE_ADDED, MODULE_REMOVED, NAME_ADDED, NAME_REMOVED
from .surface import Surface


def name_changes(old: Surface, new: Surface) -> Iterator[Finding]:
    """Modules and names that can be imported no more, or can be now."""
    yield from _modules_gone(old, new)
    for path in old.names:
        if path not in new.names and _module(path) in new.modules:
            rule = EXPORT_REMOVED if new.defines(path) else NAME_REMOVED
            yield removal(rule, path, old.names[path], path)
    for module in new.modules:
        if (
            module not in old.modules
            and module.rpartition(".")[0] not in new.modules.keys() - old.modules.keys()
        ):
            yield MODULE_ADDED.at(module, name=module)
    for path in new.names:
        if path not in old.names and _module(path) in old.modules:
            yield NAME_ADDED.at(path, name=path)


def _modules_gone(old: Surface, new: Surface) -> Iterator[Finding]:
    """A module that is gone is one finding, not one for each of its names."""
    for module in old.modules:
        if module not in new.modules and _module(module) not in old.modules.keys() - new.modules.keys():
            rule = EXPORT_REMOVED if new.defines(module) else MODULE_REMOVED
            told = {message(each) for path, each in old.names.items() if _module(path) == module}
            if told and all(told):
                yield DEPRECATED_REMOVED.at(module, message=min(told))
            else:
                yield rule.at(module, name=module)


def _module(path: str) -> str:
    return path.rpartition(".")[0]
