"""Responses: what each reachable status says."""

from __future__ import annotations

from typing import Any

from ..graph import Node
from ..problem import phrase
from ..representations import STANDARD
from ..resource import Resource
from .ends import content_type, ends
from .examples import NONE
from .header_fields import response_fields
from .problem_document import Problem
from .schemas import Json, Schemas


def responses(
    resource: type[Resource[Any, Any]],
    method: str,
    schemas: Schemas,
    shown: object,
    further: tuple[int, ...] = (),
) -> dict[str, Json]:
    """The responses of one operation by status.

    Args:
        resource: the class.
        method: one of its methods.
        schemas: of all types that it shows.
        shown: an example of what GET answers, or NONE.
        further: statuses of refusals that no resource decides.
    """
    handlers = dict.fromkeys(further, ()) | ends(resource, method)
    return {
        str(status): _response(resource, method, status, handlers[status], schemas, shown)
        for status in sorted(handlers)
    }


def _response(
    resource: type[Resource[Any, Any]],
    method: str,
    status: int,
    handlers: tuple[Node, ...],
    schemas: Schemas,
    shown: object,
) -> Json:
    about = " ".join(dict.fromkeys(each.about for each in handlers)) or f"{phrase(status)}."
    made: Json = {"description": about, "headers": response_fields(resource, method, status)}
    content = _problems(schemas) if status >= 400 else _content(resource, method, handlers, schemas)
    if shown is not NONE and status == 200:
        content = {
            kind: each | {"example": shown} if is_json(kind) else each for kind, each in content.items()
        }
    return made | ({"content": content} if content else {})


def _content(
    resource: type[Resource[Any, Any]], method: str, handlers: tuple[Node, ...], schemas: Schemas
) -> dict[str, Json]:
    types = (content_type(resource, method, each) for each in handlers)
    wanted = next((each for each in types if each is not None), None)
    if wanted is None:
        return {}
    return {_bare(each.media_type): _form(each.media_type, schemas.of(wanted)) for each in resource.renderers}


def _problems(schemas: Schemas) -> dict[str, Json]:
    kinds = (each.problem_type for each in STANDARD)
    return {_bare(kind): _form(kind, schemas.of(Problem)) for kind in kinds}


def _form(media_type: str, schema: Json) -> Json:
    """The schema where the content is JSON; of other forms, JSON Schema can only say that text is a string."""
    if is_json(media_type):
        return {"schema": schema}
    return {"schema": {"type": "string"}} if media_type.startswith("text/") else {}


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON."""
    return _bare(media_type).endswith(("/json", "+json"))


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip()
