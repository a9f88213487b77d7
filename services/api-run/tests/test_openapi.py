"""`/v1/openapi.json`."""

from collections.abc import Callable
from typing import Any

from dependency_injector import providers
from openapi_spec_validator import validate

from ogrom.http.openapi import Info
from ogrom.http.openapi.documentation import Documentation
from ogrom.protocols.context import Context


def test_it_is_valid_and_describes_every_market(client: Any) -> None:
    """With the locales as the values of a parameter, and the service's own resources beside them."""
    document = client.get("/v1/openapi.json").json
    validate(document)
    locale = document["components"]["schemas"]["Locale"]
    assert locale["x-extensible-enum"] == ["de-DE", "en-GB", "fr-FR", "pl-PL"]
    assert {"/", "/health/ready", "/v1/{locale}/comments"} <= document["paths"].keys()


def test_its_examples_are_real(client: Any) -> None:
    """What it shows of a comment is what the API answers."""
    get = client.get("/v1/openapi.json").json["paths"]["/v1/{locale}/comments/{comment_id}"]["get"]
    shown = get["responses"]["200"]["content"]["application/json"]["example"]
    assert client.get(f"/v1/de-DE/comments/{shown['id']}").json == shown
    search = client.get("/v1/openapi.json").json["paths"]["/v1/{locale}/search"]["get"]
    assert search["responses"]["200"]["content"]["application/json"]["example"]["items"]


def test_whoever_has_it_is_told_so(client: Any) -> None:
    """By its ETag, a digest of the content."""
    first = client.get("/v1/openapi.json")
    assert client.get("/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert first.headers["Cache-Control"] == "public, max-age=60"


def test_it_knows_under_which_path_the_service_is(client: Any) -> None:
    """A proxy may serve it below a path of its own."""
    document = client.get("/v1/openapi.json", environ_overrides={"SCRIPT_NAME": "/shop"}).json
    assert document["servers"] == [{"url": "/shop"}]


def test_it_does_without_examples_where_the_data_cannot_be_read(
    make_container: Callable[..., Any], tmp_path: Any
) -> None:
    """An empty file has no tables; once there are data, the same process has examples."""
    container = make_container(f"sqlite:///{tmp_path}/empty.sqlite3")
    answer = container.app().test_client().get("/v1/openapi.json")
    assert answer.status_code == 200
    validate(answer.json)
    products = answer.json["paths"]["/v1/{locale}/products"]["get"]["responses"]["200"]
    assert "example" not in products["content"]["application/json"]


def test_examples_are_collected_until_nothing_fails(make_container: Callable[..., Any], store: str) -> None:
    """Then they are kept."""
    container = make_container(store)
    collect, ctx, calls = container.documentation()._collect, Context(locale=""), []

    def sometimes(ctx: Context) -> Any:
        calls.append(ctx)
        found = collect(ctx)
        return found if len(calls) > 1 else type(found)({}, is_complete=False)

    documentation = Documentation(container.documentation()._parts, Info("Ogrom", "1"), sometimes)
    provided = make_container(store, documentation=providers.Object(documentation)).documentation()
    for _ in range(4):
        provided.document(ctx, root="")
    assert len(calls) == 2
