"""Which changes were announced, since when and until when."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ogrom_rules.contract import announced, compare, first, unannounced

SHOP = json.loads((Path(__file__).parent / "shop.json").read_text(encoding="utf-8"))
MARCH, APRIL, MAY = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)


def shop(**changes: Any) -> Any:
    """The shop's document, with other members of the product, and without those that are None."""
    document = copy.deepcopy(SHOP)
    members = document["components"]["schemas"]["Product"]["properties"]
    members.update(changes)
    for name in [name for name, schema in members.items() if schema is None]:
        del members[name]
    return document


def told(history: list[tuple[date, Any]], new: Any) -> dict[str, tuple[date | None, date | None]]:
    found = announced(compare(history[-1][1], new), history, new)
    return {f"{each.finding.rule} @ {each.finding.symbol}": (each.since, each.until) for each in found}


def lacking(history: list[tuple[date, Any]], new: Any, today: date) -> set[str]:
    """What the announcements lack for the document to come today."""
    found = unannounced(compare(history[-1][1], new), history, new, today, timedelta(days=90))
    return {each.why for each in found}


def test_what_was_deprecated_for_the_notice_period_may_go() -> None:
    """The day before it may not; nor what stays until a later day, or was never deprecated."""
    gone, plain = shop(ean=None), shop(ean={"type": "string"})
    marked = shop(ean={"type": "string", "deprecated": True})
    until_june = [(date(2026, 1, 1), shop())]
    assert lacking([(MARCH, plain), (APRIL, marked)], gone, APRIL + timedelta(days=90)) == set()
    assert lacking([(MARCH, plain), (APRIL, marked)], gone, APRIL + timedelta(days=89)) == {
        "deprecated for 89 of 90 days"
    }
    assert lacking([(MARCH, plain)], gone, date(2030, 1, 1)) == {"it was never deprecated"}
    assert lacking(until_june, gone, date(2027, 5, 31)) == {"it was to stay until 2027-06-01"}
    assert lacking(until_june, gone, date(2027, 6, 1)) == set()


def test_what_is_compared_need_not_be_what_clients_have_had() -> None:
    """A release that deprecates it, but that nobody has pinned, has told nobody."""
    plain, marked, gone = shop(ean={"type": "string"}), shop(), shop(ean=None)
    found = unannounced(compare(marked, gone), [(MARCH, plain)], gone, date(2030, 1, 1), timedelta(days=90))
    assert [each.why for each in found] == ["it was never deprecated"]
    assert str(found[0]).startswith("Product.ean: It is gone")


def test_what_breaks_nobody_needs_no_notice() -> None:
    """A new member is only more."""
    assert lacking([(MARCH, shop(ean=None))], shop(), APRIL) == set()


def test_long_lists_are_cut() -> None:
    """With how much is missing."""
    assert first(range(3), most=3) == ("0", "1", "2")
    assert first(range(5), most=3) == ("0", "1", "2", "and 2 more")


def test_what_is_gone_was_announced_since_the_first_of_the_documents_that_say_so_without_a_break() -> None:
    """A deprecation that was taken back begins anew."""
    plain, old = shop(ean={"type": "string"}), shop()
    gone = shop(ean=None)
    key = "deprecated-member-removed @ Product.ean"
    assert told([(MARCH, plain), (APRIL, old), (MAY, old)], gone) == {key: (APRIL, date(2027, 6, 1))}
    assert told([(MARCH, old), (APRIL, plain), (MAY, old)], gone) == {key: (MAY, date(2027, 6, 1))}
    assert told([(MARCH, shop(ean=None)), (APRIL, old)], gone)[key][0] == APRIL


def test_what_breaks_without_an_announcement_has_been_announced_never() -> None:
    """Also if it was announced once, but is no longer."""
    gone = {"member-removed @ Product.ean": (None, None)}
    assert told([(MARCH, shop()), (APRIL, shop(ean={"type": "string"}))], shop(ean=None)) == gone
    assert told([(MARCH, shop())], shop(ean={"type": "string", "maxLength": 9})) == {}


def test_each_thing_has_its_own_time() -> None:
    """Two parameters of one operation have findings that differ by their text alone."""
    both, one = copy.deepcopy(SHOP), copy.deepcopy(SHOP)
    (brand,) = (each for each in parameters(both) if each["name"] == "brand")
    brand |= {"deprecated": True}
    gone = copy.deepcopy(SHOP)
    parameters(gone)[:] = [each for each in parameters(gone) if each["name"] not in ("brand", "old")]
    found = announced(compare(both, gone), [(MARCH, one), (APRIL, both)], gone)
    assert {(each.finding.text.split()[4], each.since, each.until) for each in found} == {
        ("old,", MARCH, date(2027, 6, 1)),
        ("brand,", APRIL, None),
    }


def test_values_are_announced_although_the_documents_list_others() -> None:
    """The values that stay may have changed since."""
    history = []
    for day, values in ((MARCH, ["price", "best"]), (APRIL, ["price", "newest", "best"])):
        document = copy.deepcopy(SHOP)
        sort(document)["schema"] = {
            "enum": values,
            "default": "newest",
            "x-deprecated-values": {"best": "2027-06-01"},
        }
        history.append((day, document))
    (found,) = announced(compare(history[-1][1], SHOP), history, SHOP)
    assert (found.finding.rule, found.since, found.until) == (
        "deprecated-values-refused",
        MARCH,
        date(2027, 6, 1),
    )


def test_a_sunset_that_is_no_date_is_an_error() -> None:
    """The gate would not know until when to wait."""
    with pytest.raises(ValueError, match="soon"):
        told([(MARCH, shop(ean={"type": "string", "deprecated": True, "x-sunset": "soon"}))], shop(ean=None))


def parameters(document: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["paths"]["/products"]["get"]["parameters"]
    return found


def sort(document: Any) -> dict[str, Any]:
    (found,) = (each for each in parameters(document) if each["name"] == "sort")
    return found
