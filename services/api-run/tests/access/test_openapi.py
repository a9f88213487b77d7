"""The API's description tells of rates where they are set, and as they are."""

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from openapi_spec_validator import validate

from ogrom.operations.access.parsers import Rate
from ogrom.run.container import Container

PRODUCT = "/v1/de-DE/products/1"
FIELDS = {"RateLimit", "RateLimit-Policy"}
READS, WRITES = (Rate(2, 3600),), (Rate(1, 60),)


@pytest.fixture
def client_of(make_container: Callable[..., Container], store: str) -> Callable[..., Any]:
    """A client of a service with these rates."""
    return lambda **said: make_container(store, said=said).app().test_client()


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation["responses"]


def limited(document: Any) -> set[tuple[str, str]]:
    """The operations with a 429, which are those whose every response has the fields."""
    found = {(path, method) for path, method, responses in operations(document) if "429" in responses}
    for path, method, responses in operations(document):
        for response in responses.values():
            assert (response["headers"].keys() >= FIELDS) is ((path, method) in found)
    return found


def test_without_rates_there_is_no_429(client_of: Callable[..., Any]) -> None:
    """Nor a field that nobody gets."""
    document = client_of().get("/v1/openapi.json").json
    assert limited(document) == set()
    assert not FIELDS & document["components"]["headers"].keys()


def test_every_operation_but_health_is_limited(client_of: Callable[..., Any]) -> None:
    """Which a balancer asks for."""
    document = client_of(rate_limit=READS).get("/v1/openapi.json").json
    validate(document)
    found = {(path, method) for path, method, _ in operations(document) if not path.startswith("/health/")}
    assert limited(document) == found
    assert len(found) > 20


def test_where_only_writes_have_rates_reads_are_free(client_of: Callable[..., Any]) -> None:
    """Nothing counts them."""
    client = client_of(rate_writes=WRITES)
    found = limited(client.get("/v1/openapi.json").json)
    assert {method for _, method in found} == {"post", "put", "patch", "delete"}
    assert not FIELDS & set(client.get(PRODUCT).headers.keys())


def test_each_429_says_what_holds(client_of: Callable[..., Any]) -> None:
    """Of a write all of it."""
    item = client_of(rate_limit=READS, rate_writes=WRITES).get("/v1/openapi.json").json["paths"]
    about = {
        method: each["responses"]["429"]["description"]
        for method, each in item["/v1/{locale}/comments/{comment_id}"].items()
    }
    assert about == {
        "get": "More than 2 requests per 3600 s; Retry-After says when to try again.",
        "delete": "More than 2 requests per 3600 s or 1 requests per 60 s; Retry-After says when to try again.",
    }


@pytest.mark.parametrize("accept", ["application/json", "application/msgpack", "text/html"])
def test_a_real_429_is_as_described(client_of: Callable[..., Any], accept: str) -> None:
    """Its form, its content and its fields, and those of what was not refused."""
    document = client_of(rate_limit=READS).get("/v1/openapi.json").json
    client = client_of(rate_limit=READS)
    described = document["paths"]["/v1/{locale}/products/{product_id}"]["get"]["responses"]
    answers = [client.get(PRODUCT, headers={"Accept": accept}) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    for answer in answers:
        told = described[str(answer.status_code)]
        assert told["headers"].keys() >= FIELDS | set(answer.headers.keys()) & _known(document)
        assert answer.mimetype in {*told["content"], *told["x-other-media-types"]}
    refused = answers[-1]
    assert set(refused.headers.keys()) >= described["429"]["headers"].keys()
    for name, reference in described["429"]["headers"].items():
        field = document["components"]["headers"][reference["$ref"].rpartition("/")[2]]
        value: Any = refused.headers[name]
        jsonschema.validate(int(value) if field["schema"]["type"] == "integer" else value, field["schema"])
    if refused.is_json:
        schema = described["429"]["content"][refused.mimetype]["schema"]
        jsonschema.validate(refused.json, schema | {"components": document["components"]})


def _known(document: Any) -> set[str]:
    """The fields that the description knows of."""
    return set(document["components"]["headers"])
