"""Flask: mounts as blueprints, and every error of the application as a problem document."""

from ..ids import new_id
from .application import Application, Gate
from .blueprints import blueprint
from .errors import explain_errors, problem_response
from .views import ANSWERED, Answered
from .wsgi import WsgiRequest, request_id

__all__ = [
    "ANSWERED",
    "Answered",
    "Application",
    "Gate",
    "WsgiRequest",
    "blueprint",
    "explain_errors",
    "new_id",
    "problem_response",
    "request_id",
]
