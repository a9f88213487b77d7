"""What client teams are told of the changes of an API."""

import copy
import json
from pathlib import Path
from typing import Any

from ogrom_rules import Level
from ogrom_rules.contract import RULES, changelog, compare
from ogrom_rules.contract.changelog import ADVICE

SHOP = json.loads(Path(__file__).with_name("shop.json").read_text(encoding="utf-8"))


def changed() -> Any:
    """The shop, with changes of each part."""
    document = copy.deepcopy(SHOP)
    product = document["components"]["schemas"]["Product"]
    product["properties"]["brand_name"] = product["properties"].pop("brand")
    product["required"][product["required"].index("brand")] = "brand_name"
    document["components"]["schemas"]["Draft"]["required"].append("state")
    products = document["paths"]["/products"]["get"]
    products |= {"deprecated": True, "x-sunset": "2027-09-01"}
    products["responses"]["200"]["headers"]["Cache-Control"]["schema"]["const"] = "public, max-age=5"
    products["responses"]["200"]["headers"]["Vary"]["schema"]["const"] = "Accept"
    product_path = document["paths"]["/products/{product_id}"]
    product_path["put"]["parameters"][0]["required"] = True
    document["paths"]["/brands"] = {"get": {"operationId": "get_brands", "responses": {}}}
    return document


WHOLE = """\
# From 1.0.0 to 2.0.0

## Breaking

### `GET /products`, `POST /products`, `GET /products/{product_id}`, `PUT /products/{product_id}`

* `Product.brand`: It is gone. **Stop reading it.** ([line 4](https://example.org/contract.md))

### `POST /products`

* `Draft.state`: It must be sent. **Send it each time.** ([line 2](https://example.org/contract.md))

### `PUT /products/{product_id}`

* It needs If-Match: the state that the request is for. **Read the resource first, and send its ETag.** \
([line 9](https://example.org/contract.md))

## Deprecated

### `GET /products`

* It is deprecated, to be removed on 2027-09-01.

## New

### `GET /brands`

* It is new.

### `GET /products`, `POST /products`, `GET /products/{product_id}`, `PUT /products/{product_id}`

* `Product.brand_name`: It is there, too.

## Also changed

### `GET /products`

* `200`: A cache may answer for 5 s and not for 60 s.
* `200`: The answer no longer depends on accept-encoding.
"""


def test_it_says_what_breaks_and_what_to_do_then_what_is_deprecated_new_and_changed() -> None:
    """By operation, in the words of the findings."""
    found = compare(SHOP, changed())
    assert changelog(found, "From 1.0.0 to 2.0.0", "https://example.org/contract.md") == WHOLE


def test_many_operations_are_counted() -> None:
    """Four are named, and each once."""
    new = copy.deepcopy(SHOP)
    del new["components"]["schemas"]["Problem"]["properties"]["detail"]
    for path in ("/a", "/b", "/c"):
        new["paths"][path] = {"get": copy.deepcopy(SHOP["paths"]["/products"]["get"])}
    old = copy.deepcopy(new)
    old["components"]["schemas"]["Problem"]["properties"]["detail"] = {"type": "string"}
    told = changelog(compare(old, new), "x", "y")
    assert "`GET /products`, `POST /products`, `GET /products/{product_id}`, `GET /a` and 2 more\n" in told


def test_it_says_that_nothing_changed() -> None:
    assert (
        changelog((), "From 1.0.0 to 1.0.1", "x") == "# From 1.0.0 to 1.0.1\n\nNothing that clients notice.\n"
    )


def test_there_is_advice_for_each_rule_about_what_breaks_clients() -> None:
    assert ADVICE.keys() == {name for name, rule in RULES.items() if rule.level is Level.MAJOR}
