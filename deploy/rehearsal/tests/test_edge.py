"""What the service says in its responses, and what the template of CloudFront makes of it."""

from typing import Any

from ogrom import http
from ogrom.http.response import vary_of
from ogrom_deploy import templates
from ogrom_deploy.options import load


class Everything(http.Resource[Any, Any]):
    """A resource with more than one of everything that a client may choose by."""

    languages = ("de", "pl")


def test_the_edge_keeps_a_response_in_each_form_that_the_service_has() -> None:
    """What may stand in Vary is in the cache's key, and what tells people apart is, too."""
    caching = load(templates.read("edge"))["Resources"]["Caching"]
    assert caching["Type"] == "AWS::CloudFront::CachePolicy"
    key = caching["Properties"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    headers = {*key["HeadersConfig"]["Headers"]}
    if key["EnableAcceptEncodingGzip"]:
        headers.add("Accept-Encoding")
    assert headers >= {*vary_of(Everything).split(", "), "Authorization", "Origin"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
