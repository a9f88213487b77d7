"""Examples of what is there: found by following links, as a client does."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from ogrom_rules.contract import operations, resolved
from ogrom_tools.witness.messages import Request
from ogrom_tools.witness.sides import Ask, Unasked
from ogrom_tools.witness.values import takes

VARIABLE = re.compile(r"\{([^}]*)\}")
_CANDIDATES = 3
"""How many links to one template are followed, until one leads to what the description says."""
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Examples:
    """What was found.

    Attributes:
        arguments: what stands in the path of a template that has been followed, the first found.
        contents: the JSON of a GET, by its path.
        common: values by the name of a variable, for templates that no link leads to.
    """

    arguments: dict[str, Mapping[str, str]] = field(default_factory=dict)
    contents: dict[str, Any] = field(default_factory=dict)
    common: dict[str, str] = field(default_factory=dict)

    def of(self, template: str) -> Mapping[str, str]:
        """What to put into a path; 1 for what is not known."""
        known = self.arguments.get(template, {})
        return {name: known.get(name, self.common.get(name, "1")) for name in VARIABLE.findall(template)}

    @property
    def word(self) -> str:
        """A word that a search may find."""
        return next((each for each in map(_word, self.contents.values()) if each), "a")


def _word(content: Any) -> str:
    titles = (each["title"] for each in _objects(content) if "id" in each and "title" in each)
    return next((each[0] for each in map(_WORD.search, titles) if each), "")


def follow(ask: Ask, document: Mapping[str, Any], most: int) -> Examples:
    """Follow links from what needs no id, until there is an example of each template, or `most` requests are sent."""
    found = Examples()
    templates = {template: _pattern(template) for template in document.get("paths", {})}
    shapes = dict(_shapes(document))
    queue = deque(_starts(document, found))
    queued = Counter(template for _, template, _ in queue)
    for _ in range(most):
        if not queue:
            break
        target, template, arguments = queue.popleft()
        content = _content(ask, target)
        if content is None or not takes(shapes.get(template, {}), document, content):
            continue  # another thing that looks alike, such as /v1/openapi.json among the markets /v1/{locale}
        found.contents.setdefault(target, content)
        found.arguments.setdefault(template, arguments)
        for name, value in arguments.items():
            found.common.setdefault(name, value)
        for link in _links(content):
            other, arguments = _matched(templates, link)
            if other and other not in found.arguments and queued[other] < _CANDIDATES:
                queued[other] += 1
                queue.append((link, other, arguments))
    return found


def _content(ask: Ask, target: str) -> Any:
    """The JSON of a GET; None if there is none."""
    with suppress(Unasked):
        answer = ask(Request("GET", target))
        return answer.json if answer.status == 200 else None  # OK
    return None


def _shapes(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas of what GETs give, by the template of the path."""
    for name, said in operations(document):
        if name.startswith("GET "):
            given = resolved(document, said.get("responses", {}).get("200", {})).get("content", {})
            yield template_of(document, name), given.get("application/json", {}).get("schema", {})


def filled(template: str, arguments: Mapping[str, str]) -> str:
    """The path with these values in place of its variables."""
    return VARIABLE.sub(lambda match: quote(arguments[match[1]], safe=""), template)


def template_of(document: Mapping[str, Any], name: str) -> str:
    """The path of an operation as the document has it; its name may lack the slash at the end."""
    path = name.partition(" ")[2]
    return path if path in document["paths"] else f"{path}/"


def _starts(document: Mapping[str, Any], found: Examples) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """The targets of GETs that need nothing but what the description lists, such as the market."""
    for name, operation in operations(document):
        method, template = name.partition(" ")[0], template_of(document, name)
        parameters = [resolved(document, each) for each in operation["parameters"]]
        needed = {each["name"]: each.get("schema", {}) for each in parameters if each.get("required")}
        listed = {each: _listed(schema, document) for each, schema in needed.items()}
        for each, value in listed.items():
            if value:
                found.common.setdefault(each, value)
        if method == "GET" and all(listed.values()):
            arguments = {each: listed[each] for each in VARIABLE.findall(template)}
            yield filled(template, arguments), template, arguments


def _listed(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """The first value that a schema lists; an empty text if it lists none."""
    values = resolved(document, schema).get("enum", ())
    return str(values[0]) if values else ""


def _pattern(template: str) -> re.Pattern[str]:
    parts = VARIABLE.split(template.rstrip("/"))
    texts = (
        re.escape(part) if place % 2 == 0 else f"(?P<v{place}>[^/]+)" for place, part in enumerate(parts)
    )
    return re.compile("".join(texts))


def _matched(templates: Mapping[str, re.Pattern[str]], link: str) -> tuple[str, Mapping[str, str]]:
    path = urlsplit(link).path.rstrip("/")
    for template, pattern in templates.items():
        if match := pattern.fullmatch(path):
            return template, dict(zip(VARIABLE.findall(template), match.groups(), strict=True))
    return "", {}


def _links(content: Any) -> Iterator[str]:
    """The paths in a content that are no templates (RFC 6570)."""
    if isinstance(content, str):
        if content.startswith("/") and "{" not in content:
            yield content
    elif isinstance(content, list | dict):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _links(each)


def _objects(content: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, dict):
        yield content
    if isinstance(content, list | dict):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _objects(each)
