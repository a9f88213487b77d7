"""Over HTTP: collages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable
from ogrom.protocols.models import Collage, CollageDraft
from ogrom.protocols.pages import Page, PageRequest

from .calls import Call, Calls, by_ids, page_of
from .documents import CollageDocument

# The tag of no state. A write that was made already, with its key, is answered whatever it says in If-Match.
_NEVER = '"-"'


@dataclass(frozen=True)
class RemoteCollages:
    """A CollageSource."""

    calls: Calls

    def collage_by_id(self, ctx: Context, collage_id: int) -> Collage | None:
        found = self.calls.begin(ctx).read(CollageDocument, "collage", collage_id=collage_id)
        return None if found is None else found.of(ctx.locale)

    def collages_by_ids(self, ctx: Context, collage_ids: Collection[int]) -> Mapping[int, Collage]:
        call = self.calls.begin(ctx)
        return by_ids(call, CollageDocument, lambda each: each.of(ctx.locale), "collages", collage_ids)

    def collages(self, ctx: Context, page: PageRequest, *, author_id: int | None = None) -> Page[Collage]:
        template = "collages" if author_id is None else "user_collages"
        return page_of(
            self.calls.begin(ctx),
            CollageDocument,
            lambda each: each.of(ctx.locale),
            template,
            page,
            user_id=author_id,
        )

    def add_collage(self, ctx: Context, draft: CollageDraft) -> Collage:
        call = self.calls.begin(ctx)
        answer = call.write("POST", "collages", CollageDocument, body=draft)
        if answer is None:
            raise call.conflict(f"there is no market {ctx.locale}")
        return answer.value.of(ctx.locale)

    def replace_collage(
        self, ctx: Context, collage_id: int, draft: CollageDraft, *, revision: int
    ) -> Collage:
        call = self.calls.begin(ctx)
        etag = _tag_of(call, collage_id, revision)
        answer = call.write("PUT", "collage", CollageDocument, body=draft, etag=etag, collage_id=collage_id)
        if answer is None:
            raise _gone(call, collage_id, revision)
        call.keep(answer, CollageDocument, "collage", collage_id=collage_id)
        return answer.value.of(ctx.locale)

    def delete_collage(self, ctx: Context, collage_id: int, *, revision: int) -> None:
        call = self.calls.begin(ctx)
        etag = _tag_of(call, collage_id, revision)
        if call.write("DELETE", "collage", None, etag=etag, collage_id=collage_id) is None:
            raise _gone(call, collage_id, revision)


def _tag_of(call: Call, collage_id: int, revision: int) -> str:
    """The entity tag that the service gave this revision, for If-Match.

    Only the service knows how it makes tags, so this is one that it gave: with what was read last, usually just
    before the write, or else now.

    Raises:
        Conflict: the collage has another revision or is gone, and the write has no key by which it may be known.
        Unavailable: a proxy on the way has weakened the tag, and If-Match never matches a weak one.
    """
    found = call.known(CollageDocument, "collage", collage_id=collage_id)
    if found is None or found.value.revision != revision:
        found = call.read_tagged(CollageDocument, "collage", collage_id=collage_id)
    if found is None or found.value.revision != revision:
        if call.caller.ctx.key is not None:
            return _NEVER
        raise _gone(call, collage_id, revision)
    if found.etag is None or found.etag.startswith("W/"):
        advice = "see that no proxy on the way changes ETag"
        raise Unavailable(
            call.caller.source, f"collage {collage_id} comes without a strong entity tag; {advice}"
        )
    return found.etag


def _gone(call: Call, collage_id: int, revision: int) -> Exception:
    return call.conflict(f"collage {collage_id} is not at revision {revision}")
