"""The header fields that keep a browser from doing more with a response than it has to."""

from collections.abc import Mapping

__all__ = ["security_headers"]


def security_headers(sources: Mapping[str, str], *, referrer: str = "no-referrer") -> dict[str, str]:
    """Fields by which a response loads and runs only what it names, and no page may frame it.

    Args:
        sources: what it may use, by directive of Content-Security-Policy; nothing else is allowed.
        referrer: the Referrer-Policy.
    """
    directives = {"default-src": "'none'", **sources}
    for name in ("form-action", "base-uri", "frame-ancestors"):
        directives.setdefault(name, "'none'")
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}".rstrip() for name, value in directives.items()
        ),
        "Referrer-Policy": referrer,
        "X-Content-Type-Options": "nosniff",
    }
