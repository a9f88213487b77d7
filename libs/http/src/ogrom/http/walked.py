"""The way of a request through the graph, as tests check it."""

from __future__ import annotations

from difflib import get_close_matches

from .graph import NODES


class Walked(tuple[str, ...]):
    """The way of a request: the nodes as they were asked, `+` for true or `-` for false, and the handler."""

    __slots__ = ()

    def assert_walked(self, *steps: str) -> None:
        """Check that the request came by these steps, in this order and perhaps by others between them.

        Args:
            steps: `exists+`, `exists-`, or `exists` for either; handlers, and actions without their `+`.

        Raises:
            AssertionError: it went another way; the message shows it up to where it should have gone on.
            ValueError: no node has this name.
        """
        rest = iter(self)
        for step in steps:
            name = step.rstrip("+-")
            if name not in NODES:
                raise ValueError(f"{step!r} is no step: {_suggestion(name)}")
            if not any(each in (step, f"{step}+", f"{step}-") for each in rest):
                raise AssertionError(self._explanation(step, name))

    def _explanation(self, step: str, name: str) -> str:
        answered = next((each for each in self if each.rstrip("+-") == name), None)
        if answered is None:
            advice = "an answer that never changes is folded away; `call(..., folded=False)` asks it too"
            what = f"{name} was not asked ({advice})"
        elif step in (answered, name):
            what = f"{answered} came earlier"
        else:
            what = f"the answer was {answered}"
        return "\n  ".join((f"expected {step}, but {what}; the way was", *self))


def _suggestion(name: str) -> str:
    close = get_close_matches(name, NODES, n=1)
    return f"did you mean {close[0]!r}?" if close else "the graph has no node of that name"
