"""HTTP resources as values over one decision graph (RFC 9110)."""

from .definition import DefinitionError
from .deprecation import Deprecation
from .deprecations import deprecated
from .exchange import EarlierRequest, Exchange, Request
from .graph import GRAPH, Node
from .links import link_to, template_to
from .nodes import Answer, always, only_for
from .parameters import PathParameter, QueryParameters
from .problem import Challenge, Fault, Member, Problem, ProblemType, invalid_fields, refuses
from .renderers import CSV, DEFAULT_RENDERERS, JSON, LIST_RENDERERS, MESSAGEPACK, Renderer
from .resource import Resource
from .response import Response
from .routing import Endpoint, Mount
from .validators import ETag

__all__ = [
    "CSV",
    "DEFAULT_RENDERERS",
    "GRAPH",
    "JSON",
    "LIST_RENDERERS",
    "MESSAGEPACK",
    "Answer",
    "Challenge",
    "DefinitionError",
    "Deprecation",
    "ETag",
    "EarlierRequest",
    "Endpoint",
    "Exchange",
    "Fault",
    "Member",
    "Mount",
    "Node",
    "PathParameter",
    "Problem",
    "ProblemType",
    "QueryParameters",
    "Renderer",
    "Request",
    "Resource",
    "Response",
    "always",
    "deprecated",
    "invalid_fields",
    "link_to",
    "only_for",
    "refuses",
    "template_to",
]
