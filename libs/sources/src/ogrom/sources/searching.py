"""The `words` columns: what is stored for a text, and what a query looks for in it."""

from ogrom.protocols.words import words

# No title has room for more words than this; a longer query cannot have a hit.
MOST_WORDS = 128


def searchable(text: str) -> str:
    """The folded words of `text`, each between two spaces."""
    return f" {' '.join(words(text))} "


def patterns(query: str) -> list[str]:
    """A LIKE pattern for each different word of `query`, fit by what has a word that begins so."""
    # Words are letters and digits only, so nothing in them needs to be escaped.
    return [f"% {word}%" for word in dict.fromkeys(words(query))]
