from typing import Any

import pytest

from ogrom.http import Exchange, Resource
from ogrom.http.testing import call


class Absent(Resource[object]):
    def exists(self, x: Exchange[Any]) -> None:
        return None

    def handle_ok(self, x: Exchange[Any]) -> object:
        return x.entity


def test_a_walk_is_checked_by_some_of_its_steps() -> None:
    """Steps are named in their order, with an answer or without one; what lies between them does not matter."""
    path = call(Absent()).path
    path.assert_walked()
    path.assert_walked("exists-")
    path.assert_walked("query_well_formed", "exists-", "handle_not_found")
    call(Absent(), folded=False).path.assert_walked("initialize_context", "service_available+", "exists-")


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (("exists+",), "expected exists+, but the answer was exists-; the path was\n  query_well_formed+\n"),
        (
            ("exists-", "query_well_formed"),
            "expected query_well_formed, but query_well_formed+ came earlier;",
        ),
        (("exists-", "exists-"), "expected exists-, but exists- came earlier; the path was\n"),
        (
            ("conflict-",),
            "expected conflict-, but conflict was not asked (an answer that never changes is folded away;",
        ),
    ],
)
def test_another_walk_is_shown(steps: tuple[str, ...], message: str) -> None:
    """A failed expectation shows the answer that was given, and the whole path."""
    path = call(Absent()).path
    with pytest.raises(AssertionError) as raised:
        path.assert_walked(*steps)
    assert str(raised.value).startswith(message)
    assert str(raised.value).endswith("\n  handle_not_found")


def test_a_misspelt_step_is_no_other_walk() -> None:
    """A test that expects what can never be says so, whichever way the request went."""
    path = call(Absent()).path
    with pytest.raises(ValueError, match=r"'exist\+' is not a step: did you mean 'exists'\?"):
        path.assert_walked("exist+")
    with pytest.raises(ValueError, match="'nonsense' is not a step: the graph has no node of that name"):
        path.assert_walked("nonsense")
