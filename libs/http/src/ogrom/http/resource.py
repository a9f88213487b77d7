"""Resources: what a class decides about the requests to one kind of thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar

from .conditional import ETag
from .definition import check_names, check_values
from .exchange import C, E, Exchange
from .graph import GRAPH, NODES
from .nodes import Nodes
from .problem import Challenge
from .representations import STANDARD, Renderer

NO_FIELDS: Mapping[str, str] = MappingProxyType({})
KNOWN_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


class Resource(Nodes[E, C]):
    """A kind of thing behind URLs: E is what one of them stands for, C the context of its calls.

    A subclass is a frozen dataclass whose fields are what it needs, and answers those nodes of the graph that
    matter to it; each other node keeps its default. It answers GET and HEAD if it has `handle_ok`, POST, PUT,
    PATCH and DELETE if it has the action of that name, and always OPTIONS. A name that is nearly a node's is
    an error where the class is defined.

    Attributes:
        methods: the methods allowed, where they shall not follow from what is defined.
        known_methods: others are answered with 501.
        renderers: the representations on offer, the preferred one first.
        languages: the languages on offer, the default one first; empty where there is no choice.
        strict_language: a request for other languages is a 406 instead of the default one.
        encodings: the content codings on offer besides `identity`.
        lenient: content may have fields that its type does not know; they are passed over.
        body_limit: the most bytes of content that a request may have.
        links_to: the names of the endpoints that `x.link` may name; checked when they are mounted.
        may_link_to: those that `x.link_if` may name, which need not be mounted.
        challenge: what a 401 asks for, where `authorized` does not say.
        retry_after: the seconds that a 429 or 503 asks to wait.
        header_names: the fields that `headers` may give, for the API's description.
        scopes: what a client's credentials must allow, by method, for the description.
        open_methods: those that are also served without any credentials, though `authorized` may refuse wrong
            ones, for the description.
        explained: the statuses besides 500 that `handle_exception` may give, by method, for the description.
    """

    methods: ClassVar[tuple[str, ...]] = ()
    known_methods: ClassVar[tuple[str, ...]] = KNOWN_METHODS
    renderers: ClassVar[tuple[Renderer, ...]] = STANDARD
    languages: ClassVar[tuple[str, ...]] = ()
    strict_language: ClassVar[bool] = False
    encodings: ClassVar[tuple[str, ...]] = ("gzip",)
    lenient: ClassVar[bool] = False
    body_limit: ClassVar[int] = 1024 * 1024
    links_to: ClassVar[tuple[str, ...]] = ()
    may_link_to: ClassVar[tuple[str, ...]] = ()
    challenge: ClassVar[Challenge] = Challenge()
    retry_after: ClassVar[int] = 5
    header_names: ClassVar[tuple[str, ...]] = ()
    scopes: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    open_methods: ClassVar[tuple[str, ...]] = ()
    explained: ClassVar[Mapping[str, tuple[int, ...]]] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        """Refuse names that are nearly a node's, and values that no request could use.

        Raises:
            DefinitionError: such a name or value, and what to write.
        """
        super().__init_subclass__()
        check_names(cls, NAMES)
        check_values(cls, QUESTIONS)

    def etag(self, x: Exchange[E, Any, C], /) -> ETag | str | int | None:
        """What changes whenever the representation does; a str or int is the opaque part of a strong tag."""
        return None

    def last_modified(self, x: Exchange[E, Any, C], /) -> datetime | None:
        """When the entity last changed, as an aware datetime."""
        return None

    def location(self, x: Exchange[E, Any, C], /) -> str | None:
        """Where the client is sent (3xx), or what it made (201)."""
        return None

    def created_etag(self, x: Exchange[E, Any, C], /) -> ETag | str | int | None:
        """The entity tag of what a POST has made, as a GET of its `location` would name it (RFC 9110, 15.3.2)."""
        return None

    def headers(self, x: Exchange[E, Any, C], /) -> Mapping[str, str]:
        """Further header fields of a 200, 201, 204 or 304, such as Cache-Control and Link."""
        return NO_FIELDS

    def pictures(self, x: Exchange[E, Any, C], /) -> Mapping[str, str]:
        """What a page shows of things that its value only names: a picture's URL by the path of each thing."""
        return NO_FIELDS


NAMES = frozenset(NODES) | {name for name in vars(Resource) if not name.startswith("_")}
QUESTIONS = frozenset(NODES) | {name for name in NAMES if callable(getattr(Resource, name, None))}

for _node in GRAPH:
    setattr(Nodes, _node.name, _node.default)
