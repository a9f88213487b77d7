"""The requests that may show a finding."""

from collections.abc import Iterator
from dataclasses import replace
from json import dumps
from typing import Any

from ogrom_tools.witness.case import Case
from ogrom_tools.witness.messages import ETAG, Request
from ogrom_tools.witness.operation import Place, written
from ogrom_tools.witness.probes import probes
from ogrom_tools.witness.values import put, smallest, takes, values


def good(case: Case) -> Iterator[Request]:
    """What should succeed, by each side's description."""
    yield case.sent.request()
    if case.new is not None and case.old is not None:
        yield case.new.request()


def all_probes(case: Case) -> Iterator[Request]:
    """All that the operation may answer differently."""
    yield from probes(case.sent)
    if case.new is not None and case.old is not None:
        yield from probes(case.new)


def with_parameter(case: Case) -> Iterator[Request]:
    """With the parameter that only one side has."""
    for side in (case.old, case.new):
        for each in side.parameters if side else ():
            if side and each["name"].lower() == case.known("name").lower():
                schema = each.get("schema", {})
                for value in (side.examples.word, *values(schema, side.document)):
                    if value is not None and takes(schema, side.document, value):
                        yield _sending(case.sent.request(), each["in"], each["name"], value)
    yield from good(case)


def _sending(request: Request, part: str, name: str, value: Any) -> Request:
    if part == "query":
        kept = [each for each in request.target.partition("?")[2].split("&") if each]
        kept = [each for each in kept if each.partition("=")[0] != name]
        return replace(request, target=f"{request.path}?{'&'.join([*kept, f'{name}={written(value)}'])}")
    if part == "header":
        return request.with_headers({**dict(request.headers), name: written(value)})
    return request


def in_both_styles(case: Case) -> Iterator[Request]:
    """With two values, between commas and one by one."""
    request, name = case.sent.request(), case.known("name")
    for one, other in (("1", "2"), ("x", "y")):
        yield request.with_query(**{name: f"{one},{other}"})
        yield request.with_query(**{name: f"{one}&{name}={other}"})


def without_parameter(case: Case) -> Iterator[Request]:
    """Without the parameter that the finding names."""
    name = case.known("name")
    for each in good(case):
        yield each.lacking(name)
        path, _, query = each.target.partition("?")
        kept = [one for one in query.split("&") if one and one.partition("=")[0] != name]
        yield replace(each, target=f"{path}?{'&'.join(kept)}" if kept else path)


def with_precondition(case: Case) -> Iterator[Request]:
    """With the precondition that the finding names, fulfilled and not."""
    name = case.known("name")
    dates = ("Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT")
    for value in dates if name.lower().endswith("since") else ('"another"', ETAG, "*"):
        request = case.sent.request().lacking(name)
        yield request.with_headers({**dict(request.headers), name: value})


def with_content(case: Case) -> Iterator[Request]:
    """With content that one side reads."""
    for side in (case.old, case.new):
        if side is not None and side.body:
            yield side.request()
    yield replace(case.sent.request(), content="{}").having(Content_Type="application/json")


def without_content(case: Case) -> Iterator[Request]:
    """Without any."""
    yield replace(case.sent.request(), content=None).lacking("Content-Type")


def of_type(case: Case) -> Iterator[Request]:
    """With content of the media type that the finding names."""
    yield case.sent.request().having(Content_Type=case.known("name"))


def without_token(case: Case) -> Iterator[Request]:
    """Without a token."""
    yield replace(case.sent.request(), caller=None)


def with_scopes(case: Case) -> Iterator[Request]:
    """With the token that one side asks for."""
    for side in (case.old, case.new):
        if side is not None:
            yield replace(case.sent.request(), caller=side.caller)


def accepting(case: Case) -> Iterator[Request]:
    """For the media type that the finding names."""
    yield from (each.having(Accept=case.known("name")) for each in all_probes(case))


def sent_values(case: Case) -> Iterator[Request]:
    """With values that one side takes and the other does not, where the finding is."""
    before, after = case.places(case.old), case.places(case.new)
    for one in before or after:
        other = next((each for each in after if (each.part, each.path) == (one.part, one.path)), None)
        pair = [(each, side) for each, side in ((one, case.sent), (other, case.new)) if each and side]
        tried = {dumps(each): each for place, side in pair for each in values(place.schema, side.document)}
        for text in sorted(tried, key=len):
            taken = [takes(place.schema, side.document, tried[text]) for place, side in pair]
            if taken in ([True], [True, False], [False, True]):
                yield _putting(case, one, tried[text])


def _putting(case: Case, place: Place, value: Any) -> Request:
    sent = case.sent if case.sent.body or place.part != "content" else case.new or case.sent
    request = sent.request()
    if place.part == "path":
        arguments = {**sent.arguments, place.name: str(value)}
        return replace(
            request, target=request.target.replace(sent.path(sent.arguments), sent.path(arguments), 1)
        )
    if place.part != "content":
        return _sending(request, place.part, place.name, value)
    schema = sent.body.get(place.name, {}).get("schema", {})
    content = put(sent.content, place.path, value, schema, sent.document)
    return replace(request, content=dumps(content)).having(Content_Type=place.name)


def with_and_without_member(case: Case) -> Iterator[Request]:
    """With the member of the content that the finding is about, then without it."""
    for side in (case.old, case.new):
        for place in case.places(side):
            if side is not None and place.part == "content":
                yield _putting(case, place, smallest(place.schema, side.document))
                yield _putting(case, place, ...)


def without_default(case: Case) -> Iterator[Request]:
    """Without what has the default."""
    yield from good(case)
    for place in case.places(case.old):
        if place.part == "content":
            yield _putting(case, place, ...)
