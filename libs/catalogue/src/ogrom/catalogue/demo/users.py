"""Users: who they are and which of them speak a language."""

from ogrom.protocols.models import User

from .languages import Phrases
from .products import IMAGES
from .seeded_random import SeededRandom
from .world import World, user_time


def user(world: World, user_id: int) -> User:
    market = world.markets[(user_id - 1) % len(world.markets)]
    return User(
        id=user_id,
        name=_name(market.language.words.phrases, SeededRandom(world.seed, "user", user_id)),
        avatar_url=f"{IMAGES}user-{user_id}.svg",
        revision=1,
        created_at=user_time(user_id),
    )


def draw_speaker(world: World, locale: str, users: int, random: SeededRandom) -> int:
    """Returns one of the first `users` users who speaks the language of a locale, if there is any yet."""
    # Users speak the languages in turn, so the speakers of one are an arithmetic sequence.
    turn = [market.locale for market in world.markets].index(locale)
    speakers = range(turn + 1, users + 1, len(world.markets)) or range(1, users + 1)
    return random.pick(speakers)


def _name(phrases: Phrases, random: SeededRandom) -> str:
    name = random.pick(phrases.names)
    nickname = random.pick(phrases.nicknames)
    number = random.between(2, 99)
    initial = random.pick("ABCDEFGHJKLMNPRSTWZ")
    return random.pick(
        (
            name,
            f"{name} {initial}.",
            f"{name}{number}",
            nickname,
            f"{nickname}{number}",
            f"{name} · {nickname}",
        )
    )
