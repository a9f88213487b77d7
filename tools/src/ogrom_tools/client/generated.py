"""The modules of ogrom-client that are made from the contract: models, problem types, operations.

Types are wider than the contract where it may grow: a value of a list that may get others is a `str`, and no bound of a
number is checked. An answer of a later version is read all the same.
"""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ogrom_tools.projects import ROOT

Json = Mapping[str, Any]

FOLDER = "libs/client/src/ogrom/client"
"""Where the modules lie."""

_KEY = "Idempotency-Key"

_OWN = frozenset({"locale", "If-None-Match", _KEY})
"""Parameters that the client sets by itself."""

_KINDS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    **dict.fromkeys((408, 429, 502, 503, 504), "TryLater"),
    **dict.fromkeys((409, 412, 428), "Conflict"),
}
"""The errors that statuses stand for; `kind_of` of `ogrom.client.errors` says the same, and a test compares them."""


def files(contract: Json, version: str) -> dict[str, str]:
    """Each module by its name.

    Args:
        contract: its document, as `ogrom-api contract` writes it.
        version: what the client says that it is made from.
    """
    contract = {**contract, "info": {"version": version}}
    made = {
        "models.py": _models(contract),
        "problems.py": _problems(contract),
        "operations.py": _operations(contract),
        "bound.py": _bound(contract),
    }
    return {name: _formatted(text, name) for name, text in made.items()}


def _formatted(text: str, name: str) -> str:
    """The text as ruff leaves it, so that whoever formats the code changes nothing."""
    for command in (("check", "--fix-only", "--quiet"), ("format",)):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(ROOT / FOLDER / name), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


def _head(contract: Json, what: str) -> str:
    version = contract["info"]["version"]
    return f'"""{what} of contract {version}, written by `./dev client`: change the contract."""\n\n'


# Models


def _models(contract: Json) -> str:
    schemas: Json = contract["components"]["schemas"]
    sent = _reachable(contract, _bodies(contract))
    classes = {name: schema for name, schema in schemas.items() if schema.get("type") == "object"}
    names = ["CONTRACT", *classes]
    return (
        _head(contract, "The models")
        + "from datetime import datetime\nfrom typing import Any\n\n"
        + "from msgspec import UNSET, UnsetType, field\n\nfrom .model import Model\n\n"
        + f"__all__ = {sorted(names)!r}\n\n"
        + f'CONTRACT = "{contract["info"]["version"]}"\n'
        + '"""The version of the contract that the client is made from."""\n\n'
        + "\n\n".join(_class(name, classes[name], name in sent) for name in _ordered(classes))
    )


def _class(name: str, schema: Json, is_sent: bool) -> str:
    required = set(schema.get("required", ()))
    lines = [f"class {name}(Model, frozen=True, kw_only=True):", f'    """{_sentence(name, schema)}"""\n']
    for member, type_ in schema["properties"].items():
        lines.append(f"    {_member(member, type_, member in required, is_sent)}")
    return "\n".join(lines) + "\n"


def _sentence(name: str, schema: Json) -> str:
    """What to know of the values; a listed value is one of those that there are now."""
    known = {
        member: type_.get("x-extensible-enum") or type_.get("enum")
        for member, type_ in schema["properties"].items()
    }
    listed = "; ".join(
        f"`{member}` is {', '.join(values)} or another" for member, values in known.items() if values
    )
    return f"{name} of the contract{f': {listed}' if listed else ''}."


def _member(name: str, schema: Json, is_required: bool, is_sent: bool) -> str:
    attribute = f"{name}_" if keyword.iskeyword(name) or name == "self" else name
    if not name.isidentifier():
        attribute = _snake(name)
    type_, default = _type(schema), None
    if not is_required and isinstance(schema.get("default"), str | int | float):
        default = repr(schema["default"])
    elif not is_required and is_sent:
        type_, default = f"{type_} | UnsetType", "UNSET"
    elif not is_required:
        type_, default = type_ if "None" in type_ else f"{type_} | None", "None"
    if attribute != name:
        default = f'field(name="{name}"{f", default={default}" if default else ""})'
    return f"{attribute}: {type_}{f' = {default}' if default else ''}"


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    types = schema.get("type", "string" if {"enum", "x-extensible-enum"} & schema.keys() else "any")
    if isinstance(types, list):
        return " | ".join(_type({**schema, "type": each}) for each in types)
    match types:
        case "array":
            return f"tuple[{_type(schema['items'])}, ...]"
        case "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {_type(values) if isinstance(values, Mapping) else 'Any'}]"
        case "string" if schema.get("format") == "date-time":
            return "datetime"
    return {
        "any": "Any",
        "string": "str",
        "integer": "int",
        "number": "float",
        "boolean": "bool",
        "null": "None",
    }[types]


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value and "/schemas/" in value["$ref"]:
            yield _name(value)
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _bodies(contract: Json) -> set[str]:
    return {name for _, _, each in _each(contract) for name in _references(each.get("requestBody"))}


def _reachable(contract: Json, names: set[str]) -> set[str]:
    found = set(names)
    while (
        more := {each for name in found for each in _references(contract["components"]["schemas"][name])}
        - found
    ):
        found |= more
    return found


def _ordered(classes: Json) -> Iterator[str]:
    """Each after those that it is made of."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name not in done and name in classes:
            done.add(name)
            for each in sorted(_references(classes[name])):
                yield from visit(each)
            yield name

    for name in sorted(classes):
        yield from visit(name)


# Problem types


def _problems(contract: Json) -> str:
    statuses: dict[str, int] = {}
    for _, _, operation in _each(contract):
        for status, response in operation["responses"].items():
            statuses |= {
                each: int(status) for each in response.get("x-problem-types", ()) if each not in statuses
            }
            statuses |= response.get("x-content-problem-types", {})
    names = {type_: _camel(type_.rpartition("/")[2]) for type_ in sorted(statuses)}
    kinds = {type_: _KINDS.get(statuses[type_], "BadRequest") for type_ in names}
    return (
        _head(contract, "An error for each problem type")
        + f"from .errors import {', '.join(sorted({*kinds.values(), 'Refused'}))}\n\n"
        + f"__all__ = {sorted([*names.values(), 'TYPES'])!r}\n\n"
        + "\n\n".join(
            f'class {name}({kinds[type_]}):\n    """{type_}, {statuses[type_]}."""\n'
            for type_, name in names.items()
        )
        + "\n\nTYPES: dict[str, type[Refused]] = {\n"
        + "".join(f'    "{type_}": {name},\n' for type_, name in names.items())
        + '}\n"""The errors by the type of their problem."""\n'
    )


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


# Operations


def _operations(contract: Json) -> str:
    made = [_function(contract, *each) for each in _each(contract)]
    models = sorted(
        {name for text in made for name in re.findall(r"\b[A-Z]\w+\b", text)}
        & {*contract["components"]["schemas"]}
    )
    names = sorted(each["operationId"] for _, _, each in _each(contract))
    return (
        _head(contract, "The operations")
        + "from collections.abc import Sequence\n\n"
        + f"from .models import {', '.join(models)}\nfrom .operation import Operation\n\n"
        + f"__all__ = {names!r}\n\n"
        + "\n\n".join(made)
    )


def _function(contract: Json, path: str, method: str, operation: Json) -> str:
    parameters = [_parameter(contract, each) for each in operation.get("parameters", ())]
    takes_key = any(each["name"] == _KEY for each in parameters)
    parameters = [each for each in parameters if each["name"] not in _OWN]
    placed = {
        kind: [each for each in parameters if each["in"] == kind] for kind in ("path", "query", "header")
    }
    positional = [f"{each['name']}: {_argument(each['schema'])}" for each in placed["path"]]
    variables = ", ".join(f'"{each["name"]}": {each["name"]}' for each in placed["path"])
    query = ", ".join(f'"{each["name"]}": {each["name"]}' for each in placed["query"])
    headers = ", ".join(f'"{each["name"]}": {_snake(each["name"])}' for each in placed["header"])
    content = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    if content:
        positional.append(f"body: {_name(content[media_type]['schema'])}")
    named = [_keyword(each) for each in (*placed["query"], *placed["header"])]
    wanted = _wanted(operation)
    arguments = [
        f'"{method.upper()}", "{path.removeprefix("/")}", {wanted}',
        *([f"variables={{{variables}}}"] if variables else []),
        *([f"query={{{query}}}"] if query else []),
        *([f"headers={{{headers}}}"] if headers else []),
        *([f'body=body, media_type="{media_type}"'] if content else []),
        *(["is_signed=True"] if any("bearer" in each for each in operation.get("security", ())) else []),
        *(["takes_key=True"] if takes_key else []),
    ]
    signature = ", ".join([*positional, *(["*", *named] if named else [])])
    return (
        f"def {operation['operationId']}({signature}) -> Operation[{wanted}]:\n"
        f'    """{method.upper()} {path}{_deprecated(operation)}."""\n'
        f"    return Operation({', '.join(arguments)})\n"
    )


def _deprecated(operation: Json) -> str:
    return ", which is deprecated" if operation.get("deprecated") else ""


def _keyword(parameter: Json) -> str:
    type_ = _argument(parameter["schema"])
    name = _snake(parameter["name"])
    return f"{name}: {type_}" if parameter.get("required") else f"{name}: {type_} | None = None"


def _argument(schema: Json) -> str:
    type_ = _type(schema)
    return type_.replace("tuple[", "Sequence[").replace(", ...]", "]")


def _snake(name: str) -> str:
    return name.replace("-", "_").lower()


def _parameter(contract: Json, given: Json) -> Json:
    found: Json = contract["components"]["parameters"][_name(given)] if "$ref" in given else given
    return found


def _wanted(operation: Json) -> str:
    """The schema of the content that it succeeds with."""
    for status, response in operation["responses"].items():
        if status.startswith("2") and "application/json" in response.get("content", {}):
            return _type(response["content"]["application/json"]["schema"])
    return "None"


def _bound(contract: Json) -> str:
    schemas = contract["components"]["schemas"]
    lists = {name for name, each in schemas.items() if {"items", "next"} <= each.get("properties", {}).keys()}
    made = [(each["operationId"], _wanted(each) in lists) for _, _, each in _each(contract)]

    def methods(ending: str) -> str:
        return "".join(
            f"    {name} = {'listed' if is_list else 'one'}{ending}(operations.{name})\n"
            for name, is_list in made
        )

    return (
        _head(contract, "The operations as methods of the clients")
        + "from . import operations\nfrom .binding import listed, listed_async, one, one_async\n\n"
        + "__all__: list[str] = []\n\n"
        + f'class Operations:\n    """Methods of the client for threads."""\n\n{methods("")}\n\n'
        + f'class AsyncOperations:\n    """Methods of the client for asyncio."""\n\n{methods("_async")}'
    )


def _each(contract: Json) -> Iterable[tuple[str, str, Json]]:
    """Path, method and description of each operation."""
    return [
        (path, method, operation)
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if "operationId" in operation
    ]
