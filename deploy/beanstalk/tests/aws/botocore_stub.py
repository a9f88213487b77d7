"""Between a real client and operations of our own: requests and responses go through botocore, as with AWS.

botocore validates and serialises the request; the reply is validated against the service's own model, enumerations
too, put into the protocol's form and parsed by botocore again, with its retries on top.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import formatdate
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from .account import Fault

Reply: TypeAlias = Mapping[str, Any]
Operation: TypeAlias = Callable[[Mapping[str, Any]], Reply]


class InvalidReply(AssertionError):
    """A reply that AWS cannot give by its own model, or an operation that nobody wrote."""


def attach(client: BaseClient, operations: Mapping[str, Operation], now: Callable[[], float]) -> None:
    """Let operations of our own answer a client.

    Args:
        client: of a service that speaks query or json.
        operations: by their names in the service's model; any other raises InvalidReply.
        now: the time that responses are dated with, in seconds of the epoch.
    """
    asked: dict[str, Mapping[str, Any]] = {}

    def remember(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
        asked[model.name] = dict(params)

    def answer(request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
        model = client.meta.service_model.operation_model(event_name.rsplit(".", 1)[-1])
        if model.name not in operations:
            raise InvalidReply(f"{model.name} is not written")
        query = client.meta.service_model.resolved_protocol == "query"
        try:
            reply = operations[model.name](asked[model.name])
        except Fault as fault:
            body = _error_xml(fault) if query else _error_json(fault)
            return _response(request, fault.status, body, now())
        _expect_faithful(model, reply)
        return _response(request, 200, _xml(model, reply) if query else _json(model, reply), now())

    events = client.meta.events
    events.register("before-parameter-build", remember)
    events.register("before-send", answer)  # type: ignore[arg-type] # the stubs forget those that answer


def _expect_faithful(model: OperationModel, reply: Reply) -> None:
    if model.output_shape is None:
        if reply:
            raise InvalidReply(f"{model.name} answers nothing")
        return
    report = ParamValidator().validate(reply, model.output_shape)
    if report.has_errors():
        raise InvalidReply(f"{model.name}: {report.generate_report()}")
    for path, shape, value in _leaves(model.output_shape, reply, model.name):
        if (allowed := getattr(shape, "enum", [])) and value not in allowed:
            raise InvalidReply(f"{path}: {value!r} is none of {allowed}")


def _leaves(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, Shape, Any]]:
    match shape:
        case StructureShape():
            for name, each in value.items():
                yield from _leaves(shape.members[name], each, f"{path}.{name}")
        case ListShape():
            for each in value:
                yield from _leaves(shape.member, each, f"{path}[]")
        case MapShape():
            for each in value.values():
                yield from _leaves(shape.value, each, f"{path}{{}}")
        case _:
            yield path, shape, value


def _xml(model: OperationModel, reply: Reply) -> bytes:
    root = ET.Element(f"{model.name}Response")
    if model.output_shape is not None:
        result = ET.SubElement(root, model.output_shape.serialization.get("resultWrapper", "Result"))
        _element(result, model.output_shape, reply)
    metadata = ET.SubElement(root, "ResponseMetadata")
    ET.SubElement(metadata, "RequestId").text = "stand-in"
    return ET.tostring(root)


def _element(into: ET.Element, shape: Shape, value: Any) -> None:
    match shape:
        case StructureShape():
            for name, each in value.items():
                member = shape.members[name]
                _element(ET.SubElement(into, member.serialization.get("name", name)), member, each)
        case ListShape():
            for each in value:
                _element(ET.SubElement(into, "member"), shape.member, each)
        case _:
            into.text = _text(value)


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return str(value)


def _json(model: OperationModel, reply: Reply) -> bytes:
    return json.dumps(reply, default=lambda value: value.timestamp()).encode()


def _error_xml(fault: Fault) -> bytes:
    root = ET.Element("ErrorResponse")
    error = ET.SubElement(root, "Error")
    for name, text in (("Type", "Sender"), ("Code", fault.code), ("Message", fault.message)):
        ET.SubElement(error, name).text = text
    ET.SubElement(root, "RequestId").text = "stand-in"
    return ET.tostring(root)


def _error_json(fault: Fault) -> bytes:
    return json.dumps({"__type": fault.code, "message": fault.message}).encode()


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, amount: int = 65536, **_: object) -> Iterator[bytes]:
        """Piece by piece."""
        while piece := self.read(amount):
            yield piece


def _response(request: AWSPreparedRequest, status: int, body: bytes, now: float) -> AWSResponse:
    headers = {"x-amzn-requestid": "stand-in", "Date": formatdate(now, usegmt=True)}
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), _Raw(body))
