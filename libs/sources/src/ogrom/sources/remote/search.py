"""Over HTTP: search."""

from dataclasses import dataclass

from ogrom.protocols.context import Context
from ogrom.protocols.models import MAX_QUERY, Hit
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.words import words

from .lists import page_of
from .market import Calls


@dataclass(frozen=True)
class RemoteSearch:
    """A SearchSource."""

    calls: Calls

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        call = self.calls.begin(ctx)
        typed = query if len(query) <= MAX_QUERY else " ".join(dict.fromkeys(query.split()))
        # The API takes no query without a character and none so long that no title could have all its words.
        if not words(typed) or len(typed) > MAX_QUERY:
            return Page(items=())
        return page_of(call, Hit, lambda hit: hit, "search", page, q=typed)
