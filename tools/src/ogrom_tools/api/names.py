"""Names that were added, removed or deprecated (PEP 702)."""

import ast
from collections.abc import Iterator

import griffe

from ogrom_rules import Finding, Rule
from ogrom_tools.api import rules
from ogrom_tools.api.surface import Surface

MARKS = frozenset({"warnings.deprecated", "typing_extensions.deprecated"})


def name_changes(old: Surface, new: Surface) -> Iterator[Finding]:
    """Modules and names that can no longer be imported, or newly can."""
    yield from _modules_gone(old, new)
    for path in old.names:
        if path not in new.names and _module(path) in new.modules:
            rule = rules.EXPORT_REMOVED if new.defines(path) else rules.NAME_REMOVED
            yield removal(rule, path, old.names[path], path)
    for module in new.modules:
        if (
            module not in old.modules
            and module.rpartition(".")[0] not in new.modules.keys() - old.modules.keys()
        ):
            yield rules.MODULE_ADDED.at(module, name=module)
    for path in new.names:
        if path not in old.names and _module(path) in old.modules:
            yield rules.NAME_ADDED.at(path, name=path)


def _modules_gone(old: Surface, new: Surface) -> Iterator[Finding]:
    """A removed module is one finding, not one for each of its names."""
    for module in old.modules:
        if module not in new.modules and _module(module) not in old.modules.keys() - new.modules.keys():
            rule = rules.EXPORT_REMOVED if new.defines(module) else rules.MODULE_REMOVED
            messages = {message(each) for path, each in old.names.items() if _module(path) == module}
            if messages and all(messages):
                yield rules.DEPRECATED_REMOVED.at(module, message=min(messages))
            else:
                yield rule.at(module, name=module)


def _module(path: str) -> str:
    return path.rpartition(".")[0]


def message(found: griffe.Object) -> str:
    """The deprecation message of a name, or of its class; "" if it is not deprecated."""
    if isinstance(found, griffe.Class | griffe.Function):
        for each in found.decorators:
            if isinstance(each.value, griffe.ExprCall) and each.value.canonical_path in MARKS:
                return _text(each.value.arguments)
    return message(found.parent) if isinstance(found.parent, griffe.Class) else ""


def deprecations(symbol: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
    """A finding if the name is newly deprecated."""
    if (text := message(new)) and not message(old):
        yield rules.DEPRECATED.at(symbol, message=text)


def removal(rule: Rule, symbol: str, old: griffe.Object, name: str) -> Finding:
    """The finding for a removed name: by this rule, unless the name was deprecated."""
    text = message(old)
    return rules.DEPRECATED_REMOVED.at(symbol, message=text) if text else rule.at(symbol, name=name)


def _text(arguments: object) -> str:
    """The message, which type checkers require to be a literal."""
    first = next(iter(arguments), "") if isinstance(arguments, list | tuple) else ""
    try:
        return str(ast.literal_eval(str(first)))
    except (ValueError, SyntaxError):
        return str(first)
