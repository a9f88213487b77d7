"""`./dev client`: what the Python client has from the contract."""

import ast
import re
from typing import Any

import pytest

from ogrom_tools.client.generated import FOLDER, files
from ogrom_tools.contract import read
from ogrom_tools.contracts.named import TREE
from ogrom_tools.projects import ROOT


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The modules of a small contract that has what ours may get."""
    string = {"type": "string"}
    view = {
        "type": "object",
        "required": ["self", "kind", "at"],
        "properties": {
            "self": string,
            "class": {"type": ["integer", "null"]},
            "kind": {"type": "string", "x-extensible-enum": ["a", "b"]},
            "at": {"type": "string", "format": "date-time"},
            "note": string,
            "any": {"type": "object"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        },
    }
    part = {
        "type": "object",
        "required": [],
        "properties": {
            "size": {"type": "number", "default": 1.5},
            "name": string,
            "If-Match": string,
            "inner": {"$ref": "#/components/schemas/Inner", "default": {}},
        },
    }
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/View"}},
            "next": {"type": ["string", "null"]},
        },
    }
    inner = {
        "type": "object",
        "required": ["parts"],
        "properties": {
            "content": {},
            "parts": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    }
    locale = {"in": "path", "name": "locale", "required": True, "schema": string}
    ids = {"in": "query", "name": "ids", "schema": {"type": "array", "items": {"type": "integer"}}}
    fields = [
        {"in": "header", "name": name, "required": name == "If-Match", "schema": string}
        for name in ("If-Match", "If-None-Match", "Idempotency-Key")
    ]
    refused = {"x-problem-types": ["/problems/too-odd"]}

    def answered(name: str) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    contract = {
        "info": {"version": "1.0.0"},
        "paths": {
            "/v1/{locale}/views": {
                "get": {
                    "operationId": "get_views",
                    "parameters": [{"$ref": "#/components/parameters/locale"}, ids],
                    "responses": {"200": answered("Page"), "409": refused},
                    "deprecated": True,
                },
                "post": {
                    "operationId": "add_view",
                    "parameters": [locale, *fields],
                    "requestBody": answered("Part"),
                    "responses": {"204": {"x-content-problem-types": {"/problems/quite-odd": 424}}},
                    "security": [{"bearer": ["views:write"]}],
                },
            }
        },
        "components": {
            "parameters": {"locale": locale},
            "schemas": {"Page": page, "View": view, "Part": part, "Inner": inner},
        },
    }
    return files(contract, "7.8.9")


def test_the_client_is_as_its_contract_says() -> None:
    """Nobody has changed by hand what `./dev client` writes; `5.0.0+tree` stands for what is not released yet."""
    models = (ROOT / FOLDER / "models.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^CONTRACT = "(.*)"$', models, re.MULTILINE)
    source = TREE if version.endswith(f"+{TREE}") else version
    for name, text in files(read(source, ROOT), version).items():
        assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == text, f"run ./dev client {source}"


def test_models_are_as_wide_as_the_contract_may_become(made: dict[str, str]) -> None:
    """A listed value is any text; what is read and may lack is None, what is sent and may lack is unset."""
    models = made["models.py"]
    for line in (
        'CONTRACT = "7.8.9"',
        'self_: str = field(name="self")',
        'class_: int | None = field(name="class", default=None)',
        "kind: str",
        "at: datetime",
        "note: str | None = None",
        "any: dict[str, Any] | None = None",
        "parts: tuple[Part, ...] | None = None",
        "size: float = 1.5",
        "name: str | UnsetType = UNSET",
        'if_match: str | UnsetType = field(name="If-Match", default=UNSET)',
        "inner: Inner | UnsetType = UNSET",
        "content: Any | UnsetType = UNSET",
        "parts: dict[str, int]",
        "next: str | None",
    ):
        assert re.search(rf"^ *{re.escape(line)}$", models, re.MULTILINE), line
    assert "`kind` is a, b or another" in models
    assert (
        models.index("class Inner(")
        < models.index("class Part(")
        < models.index("class View(")
        < models.index("class Page(")
    )


def test_operations_take_what_the_contract_says(made: dict[str, str]) -> None:
    """Market, key and entity tags of reads are the client's own affair."""
    operations = made["operations.py"]
    assert "def get_views(*, ids: Sequence[int] | None = None) -> Operation[Page]:" in operations
    assert '"""GET /v1/{locale}/views, which is deprecated."""' in operations
    assert "def add_view(body: Part, *, if_match: str) -> Operation[None]:" in operations
    add = operations[operations.index("def add_view") :]
    assert all(
        each in add
        for each in ('"POST"', "body=body", '{"If-Match": if_match}', "is_signed=True", "takes_key=True")
    )
    assert not re.search("is_signed|takes_key", operations[: operations.index("def add_view")])
    assert re.findall(r"(\w+) = (\w+)\(", made["bound.py"]) == [
        ("get_views", "listed"),
        ("add_view", "one"),
        ("get_views", "listed_async"),
        ("add_view", "one_async"),
    ]


def test_each_problem_type_is_an_error_of_its_status(made: dict[str, str]) -> None:
    """Its name is the type's; answers within an answer have types, too."""
    problems = made["problems.py"]
    assert 'class TooOdd(Conflict):\n    """/problems/too-odd, 409."""' in problems
    assert 'class QuiteOdd(BadRequest):\n    """/problems/quite-odd, 424."""' in problems


def test_what_is_written_is_python(made: dict[str, str]) -> None:
    """Each module can be parsed."""
    for text in made.values():
        ast.parse(text)
