"""The search for witnesses: for each finding the first request that two releases answer as the finding says."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice

from ogrom_rules.contract import ContractFinding
from ogrom_tools.witness.case import Case
from ogrom_tools.witness.examples import Examples, follow
from ogrom_tools.witness.messages import ETAG, Request, Witness
from ogrom_tools.witness.operation import operation
from ogrom_tools.witness.sides import Ask, Side, Unasked
from ogrom_tools.witness.table import SHOWN, UNSHOWN

_OPERATIONS = 3
"""How many of a finding's operations are tried."""
_TRIED = 150
"""How many requests are tried for each."""
_FOLLOWED = 80
"""How many links are followed at most; a URL is asked for fewer."""
_FOLLOWED_AT_URL = 12


def search(findings: Sequence[ContractFinding], old: Side, new: Side) -> tuple[Witness, ...]:
    """What shows each finding, or why nothing does, in their order; both sides can be asked."""
    with ExitStack() as stack:
        try:
            asks = [stack.enter_context(each.open()) for each in (old, new)]
            found = _Search(old, new, *asks)
        except Unasked as problem:
            return tuple(Witness(why_not=str(problem)) for _ in findings)
        return tuple(found.witness(each) for each in findings)


class _Search:
    """Both sides, and the examples of what is there, those of a URL where there is one."""

    def __init__(self, old: Side, new: Side, ask_old: Ask, ask_new: Ask) -> None:
        self._sides = (old, new)
        self._asks = (ask_old, ask_new)
        for side, ask in zip(self._sides, self._asks, strict=True):
            if not side.is_url:
                ask(Request("GET", "/"))  # whoever does not answer at all is found out here
        at = 1 if new.is_url else 0
        self._examples = self._followed(at)
        if not (old.is_url or new.is_url):
            self._add(self._followed(1))

    def _followed(self, at: int) -> Examples:
        side = self._sides[at]
        return follow(self._asks[at], side.document, _FOLLOWED_AT_URL if side.is_url else _FOLLOWED)

    def _add(self, more: Examples) -> None:
        for name in ("arguments", "contents", "common"):
            known = getattr(self._examples, name)
            known.update({key: value for key, value in getattr(more, name).items() if key not in known})

    def witness(self, finding: ContractFinding) -> Witness:
        if why := UNSHOWN.get(finding.rule):
            return Witness(why_not=why)
        way = SHOWN[finding.rule]
        tried, unsent = 0, ""
        for name in finding.operations[:_OPERATIONS]:
            before, after = (operation(each.document, name, self._examples) for each in self._sides)
            case = Case(finding, before, after)
            for request in dict.fromkeys(islice(way.requests(case), _TRIED)):
                try:
                    old, new = (ask(request) for ask in self._asks)
                except Unasked as problem:
                    unsent = str(problem)
                    continue
                tried += 1
                if difference := way.difference(case, (old, new)):
                    return Witness(self._filled(request), *difference)
        count = "one request was" if tried == 1 else f"{tried} requests were"
        reasons = [f"{count} tried, and both answered as before"] if tried else []
        return Witness(why_not="; ".join([*reasons, *filter(None, [unsent])]) or "no request is known")

    def _filled(self, request: Request) -> Request:
        """The request with its entity tag, where that is the same on both sides; each gets its own."""
        if ETAG not in dict(request.headers).values():
            return request
        tags = {ask(Request("GET", request.path)).headers.get("etag", "") for ask in self._asks}
        tag = tags.pop() if len(tags) == 1 else "(its ETag)"
        return request.with_headers({name: value.replace(ETAG, tag) for name, value in request.headers})
