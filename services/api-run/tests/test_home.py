"""The home document."""

from importlib.metadata import version
from typing import Any

LOCALES = ("de-DE", "en-GB", "fr-FR", "pl-PL")


def test_it_links_to_each_market_to_health_and_to_the_documentation(client: Any) -> None:
    """Every link leads somewhere."""
    home = client.get("/").json
    assert (home["name"], home["version"], tuple(home["markets"])) == (
        "Ogrom",
        version("ogrom-api-run"),
        LOCALES,
    )
    for link in (*home["markets"].values(), *home["health"].values(), *home["documentation"].values()):
        assert client.get(link).status_code == 200


def test_links_know_under_which_path_the_service_is(client: Any) -> None:
    """A proxy may serve it below a path of its own."""
    home = client.get("/", environ_overrides={"SCRIPT_NAME": "/shop"}).json
    assert home["markets"]["de-DE"] == "/shop/v1/de-DE/"
    assert home["health"]["live"] == "/shop/health/live"
