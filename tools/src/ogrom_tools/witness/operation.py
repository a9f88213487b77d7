"""An operation of a description: a request that should succeed, and where in it and in its answers a schema stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from json import dumps
from typing import Any
from urllib.parse import quote

from ogrom_rules.contract import operations, resolved
from ogrom_tools.witness.examples import VARIABLE, Examples, filled, template_of
from ogrom_tools.witness.messages import ETAG, Caller, Request
from ogrom_tools.witness.values import Json, choices, smallest, takes

_USERS = ("user_id", "author_id")
"""How the API calls the user that a request is about, whose token it needs."""
_DEPTH = 6


@dataclass(frozen=True)
class Place:
    """Where a schema stands.

    Attributes:
        names: what a finding may call it.
        part: `query`, `path`, `header` or `content` of a request; the status of an answer.
        name: of a parameter or a header field; the media type of content.
        path: of the value in the content, as `values.put` takes it.
        schema: what stands there.
    """

    names: frozenset[str]
    part: str
    name: str
    path: tuple[str, ...]
    schema: Json


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: `GET /products/{product_id}`.
        template: `/products/{product_id}`, as it stands in the document.
        said: what the document says of it.
        document: that document.
        examples: of what is there.
    """

    name: str
    template: str
    said: Json
    document: Json
    examples: Examples

    @property
    def method(self) -> str:
        """`GET`."""
        return self.name.partition(" ")[0]

    @cached_property
    def parameters(self) -> tuple[Json, ...]:
        """What may be sent in the path, the query and header fields."""
        return tuple(resolved(self.document, each) for each in self.said["parameters"])

    @cached_property
    def body(self) -> Json:
        """The schemas of the content by media type; empty where it reads none."""
        found: Json = resolved(self.document, self.said.get("requestBody", {})).get("content", {})
        return found

    @cached_property
    def arguments(self) -> Mapping[str, str]:
        """What to put into the path."""
        return self.examples.of(self.template)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """What a token needs to allow."""
        asked = (scope for each in self.said["security"] for scopes in each.values() for scope in scopes)
        return tuple(dict.fromkeys(asked))

    @property
    def is_open(self) -> bool:
        """Whether no token is needed."""
        return not self.said["security"] or {} in self.said["security"]

    def request(self) -> Request:
        """A request with all that is needed, which should succeed."""
        query = {each["name"]: self._example(each) for each in self._needed("query")}
        headers = {each["name"]: self._example(each) for each in self._needed("header")}
        content = None
        if self.body:
            headers["Content-Type"] = next(iter(self.body))
            content = dumps(self.content)
        made = Request(self.method, self.path(self.arguments), tuple(headers.items()), content)
        made = made if self.is_open else replace(made, caller=self.caller)
        return made.with_query(**query) if query else made

    def path(self, arguments: Mapping[str, str]) -> str:
        """The path with these values."""
        return filled(self.template, arguments)

    @cached_property
    def caller(self) -> Caller:
        """The user that the request is about, with the scopes that it needs."""
        there = self.examples.contents.get(self.path(self.arguments), {})
        places = [each for each in (self.arguments, self.content, there) if isinstance(each, Mapping)]
        values = (str(each.get(name, "")) for name in _USERS for each in places)
        users = [int(each) for each in values if each.isdigit()]
        return Caller(users[0] if users else 1, self.scopes)

    @cached_property
    def content(self) -> Any:
        """A content that it takes: what is there already, as far as it can be sent; otherwise what is needed."""
        if not self.body:
            return {}
        schema = next(iter(self.body.values())).get("schema", {})
        there = self.examples.contents.get(self.path(self.arguments), {})
        if isinstance(there, dict) and isinstance(there.get("items"), list):
            there = next(iter(there["items"]), {})
        members = {name for each in choices(schema, self.document) for name in each.get("properties", ())}
        known = {name: value for name, value in there.items() if name in members}
        short = {name: value[:1] if isinstance(value, list) else value for name, value in known.items()}
        tried = (each for each in (short, known) if each and takes(schema, self.document, each))
        return next(tried, None) or smallest(schema, self.document)

    def _needed(self, place: str) -> Iterator[Json]:
        return (each for each in self.parameters if each["in"] == place and each.get("required"))

    def _example(self, parameter: Json) -> str:
        if parameter["name"].lower() == "if-match":
            return ETAG
        schema = parameter.get("schema", {})
        word = self.examples.word
        return written(word if takes(schema, self.document, word) else smallest(schema, self.document))

    def places(self) -> Iterator[Place]:
        """All places where a schema stands, in its requests and in its answers."""
        for each in self.parameters:
            start = frozenset({f"{self.name} {each['in']} {each['name']}"})
            yield from self._walk(start, each["in"], each["name"], (), each.get("schema", {}))
        for kind, said in self.body.items():
            start = frozenset({f"{self.name} content"})
            yield from self._walk(start, "content", kind, (), said.get("schema", {}))
        for status, answer in self.said.get("responses", {}).items():
            said = resolved(self.document, answer)
            for name, header in said.get("headers", {}).items():
                schema = resolved(self.document, header).get("schema", {})
                yield Place(frozenset({f"{self.name} {status} {name}"}), status, name, (), schema)
            for kind, shape in said.get("content", {}).items():
                start = frozenset({f"{self.name} {status} content"})
                yield from self._walk(start, status, kind, (), shape.get("schema", {}))

    def _walk(
        self, names: frozenset[str], part: str, name: str, path: tuple[str, ...], schema: Json
    ) -> Iterator[Place]:
        if reference := schema.get("$ref", ""):
            names |= {reference.rpartition("/")[2]}
        yield Place(names, part, name, path, schema)
        if len(path) > _DEPTH:
            return
        for each in choices(schema, self.document):
            below = names | {_name(one) for one in _references(schema)}
            further = each.get("additionalProperties")
            for member, inner in each.get("properties", {}).items():
                called = frozenset(f"{one}.{member}" for one in below if one)
                yield from self._walk(called, part, name, (*path, member), inner)
            if "items" in each:
                called = frozenset(f"{one}[]" for one in below if one)
                yield from self._walk(called, part, name, (*path, "[]"), each["items"])
            if isinstance(further, Mapping) and further:
                called = frozenset(f"{one}{{}}" for one in below if one)
                yield from self._walk(called, part, name, (*path, "{}"), further)


def _references(schema: Json) -> Iterator[Json]:
    yield schema
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _references(each)


def _name(schema: Json) -> str:
    reference: str = schema.get("$ref", "")
    return reference.rpartition("/")[2]


def written(value: Any) -> str:
    """A value as it stands in a query or a header field, percent-encoded."""
    if isinstance(value, list):
        return ",".join(map(written, value))
    return quote(value if isinstance(value, str) else dumps(value), safe="")


def operation(document: Json, name: str, examples: Examples) -> Operation | None:
    """The operation of this name, whatever the variables in its path are called."""
    for each, said in operations(document):
        if _shape(each) == _shape(name):
            return Operation(each, template_of(document, each), said, document, examples)
    return None


def _shape(name: str) -> str:
    return VARIABLE.sub("{}", name)
