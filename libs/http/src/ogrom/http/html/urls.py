"""URLs that a page may point to: a string of a value is text unless it is one of these."""

import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit

__all__ = ["is_link", "is_picture"]

_LINK: Final = re.compile(r"(?:https?://[^\s/\\]|/(?![/\\]))[^\s\x00-\x20\x7f\\<>\"{}|^`]*|/", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_PICTURE_NAMES: Final = ("image", "image_url", "avatar", "avatar_url", "picture", "picture_url", "photo_url")
_VERSION: Final = re.compile(r"v[0-9]+")


def is_link(text: str) -> bool:
    """Whether the whole text is a URL to follow: an absolute path here, or http(s) elsewhere, never a script."""
    return _LINK.fullmatch(text) is not None and not _is_ambiguous(text)


def _is_ambiguous(text: str) -> bool:
    """Whether it is not a URL after all, such as `http://[`."""
    try:
        urlsplit(text)
    except ValueError:
        return True
    return False


def is_external(link: str) -> bool:
    """Whether a link leads to another origin, as far as it says."""
    return not link.startswith("/")


def is_picture(name: str, text: str) -> bool:
    """Whether the member of this name is a picture that the page's policy lets it show.

    A picture elsewhere counts only by its member's name: otherwise, whoever opens the page would fetch what anybody
    wrote into a text, and tell that host so.
    """
    if not is_link(text) or text[:5].lower() == "http:":
        return False
    if name in _PICTURE_NAMES:
        return True
    return not is_external(text) and _PICTURE.search(urlsplit(text).path) is not None


def path_of(target: str) -> str:
    """The path of a request's target, in a form that stays on this host."""
    path = target.partition("?")[0].partition("#")[0]
    if not path.startswith("/"):  # the absolute form, or the `*` of OPTIONS (RFC 9112, section 3.2)
        path = "/" + path.partition("://")[2].partition("/")[2]
    return "/" + quote(path.lstrip("/\\"), safe="/%:@!$&'()*+,;=~")


def trail(target: str, root: str) -> list[tuple[str, str]]:
    """The names and paths of the target and everything above it, the home page first.

    A version has no page of its own, so it is one step with what follows it.
    """
    steps, path, waiting = [("Home", f"{root}/")], root, ""
    for segment in path_of(target).removeprefix(root).split("/"):
        if segment:
            path, name = f"{path}/{segment}", waiting + unquote(segment)
            waiting = f"{name}/" if _VERSION.fullmatch(segment) else ""
            if not waiting:
                steps.append((name, path))
    return steps
