"""Markets, and paths that lead to none."""

import pytest
from flask.testing import FlaskClient

from ogrom.run.markets import nothing_at

_LOCALES = ("de-DE", "pl-PL")


@pytest.mark.parametrize("path", ["/v1/yy/", "/v1/yy", "/v1/yy/comments", "/v1/de-de/comments"])
def test_an_unknown_market_is_named_with_the_known_ones(path: str) -> None:
    """Whoever mistypes a locale learns which there are."""
    problem = nothing_at(path, _LOCALES)
    assert problem.detail.endswith("there are de-DE, pl-PL.")
    assert problem.extensions == {"locales": ["de-DE", "pl-PL"]}


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1x/yy/", "/v2/yy/", "/v1/de-DE/nothing"])
def test_any_other_path_leads_home(path: str) -> None:
    """A path that only looks like a market's is no market's."""
    assert (
        nothing_at(path, _LOCALES).detail
        == f"There is nothing at {path}. Start at /, which links to everything."
    )


@pytest.mark.parametrize("path", ["/v1/de-DE/", "/v1/de-DE/comments/", "/health/live/"])
def test_a_slash_at_the_end_does_not_matter(client: FlaskClient, path: str) -> None:
    """People leave it out, or add it."""
    assert client.get(path).data == client.get(path.removesuffix("/")).data
    assert client.get(path).status_code == 200
