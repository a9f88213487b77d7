"""HTTP resources as values over one decision graph (RFC 9110)."""

from .conditional import ETag
from .definition import DefinitionError
from .endpoint import Endpoint, Mount
from .exchange import Exchange, Request
from .graph import GRAPH, Node
from .nodes import Answer, always, only_for
from .parameters import PathParameter, QueryParameters
from .problem import Challenge, Fault, Problem, faulty
from .reply import Response
from .representations import CSV, HTML, JSON, LISTED, MESSAGEPACK, STANDARD, Renderer
from .resource import Resource

__all__ = [
    "CSV",
    "GRAPH",
    "HTML",
    "JSON",
    "LISTED",
    "MESSAGEPACK",
    "STANDARD",
    "Answer",
    "Challenge",
    "DefinitionError",
    "ETag",
    "Endpoint",
    "Exchange",
    "Fault",
    "Mount",
    "Node",
    "PathParameter",
    "Problem",
    "QueryParameters",
    "Renderer",
    "Request",
    "Resource",
    "Response",
    "always",
    "faulty",
    "only_for",
]
