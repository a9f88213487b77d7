"""Flask: mounts as blueprints, and every error of the application as a problem document."""

from ..exchange import new_id
from .application import Application, Gate, explain_errors, problem_response
from .blueprint import ANSWERED, Answered, OnUse, Used, blueprint
from .wsgi import PART_OF, WsgiRequest, request_id

__all__ = [
    "ANSWERED",
    "PART_OF",
    "Answered",
    "Application",
    "Gate",
    "OnUse",
    "Used",
    "WsgiRequest",
    "blueprint",
    "explain_errors",
    "new_id",
    "problem_response",
    "request_id",
]
