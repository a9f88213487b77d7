"""Commands: what to type in a shell."""

import re
from typing import Any

import msgspec


def test_commands_can_be_sent_as_they_are(page: Any, draft: Any) -> None:
    """A change names the present entity tag and a content that its type accepts, from what is there."""
    reader, _ = page({"title": "It's $HOME", "author_id": 3, "links": {}})
    (put,) = [text for text in reader.texts if text.startswith("curl -iX PUT")]
    assert put == (
        "curl -iX PUT \\\n  -H 'If-Match: \"7\"' \\\n  -H 'Content-Type: application/json' \\\n"
        """  --data '{"title":"It'"'"'s $HOME","author_id":3,"kind":"a"}' \\\n"""
        "  http://api.example:8080/v1/de-DE/collages/7"
    )
    (body,) = [text for text in page({"n": 1})[0].texts if text.startswith("curl -iX PUT")]
    content = re.search(r"--data '(.*)'", body)
    assert content is not None
    assert msgspec.json.decode(content[1], type=draft).author_id == 1


def test_no_host_reaches_a_shell(page: Any) -> None:
    """A Host that is none is not repeated."""
    _, text = page({"n": 1}, Host="x$(id)`id`/;'")
    assert "$(id)" not in text
    assert "http://localhost/" in text
