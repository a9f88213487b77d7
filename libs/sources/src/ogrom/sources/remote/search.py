"""Over HTTP: search."""

from dataclasses import dataclass

from ogrom.protocols.context import Context
from ogrom.protocols.models import Hit
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.words import MAX_QUERY_LENGTH, words

from .lists import page_of
from .market import Calls


@dataclass(frozen=True)
class RemoteSearch:
    """A SearchSource."""

    calls: Calls

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        call = self.calls.begin(ctx)
        typed = query[:MAX_QUERY_LENGTH]
        # The API takes no empty query.
        if not words(typed):
            return Page(items=())
        return page_of(call, Hit, lambda hit: hit, "search", page, q=typed)
