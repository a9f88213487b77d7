"""The words of a statement of MySQL or MariaDB, read one after another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

_WORD = re.compile(r"'(?:[^'\\]|''|\\.)*'|`[^`]+`|\w+|[^\s\w]")
_CLAUSE = {"ALGORITHM", "LOCK"}


class NotUnderstood(ValueError):
    """A statement is of no form that is known."""


@dataclass
class Words:
    """A statement, or a part of one, and how far it is read.

    Attributes:
        left: what is not read yet.
    """

    left: list[str]

    @classmethod
    def of(cls, statement: str) -> "Words":
        """Those of a statement."""
        return cls(_WORD.findall(statement.strip().removesuffix(";")))

    def take(self, *words: str) -> bool:
        """Whether these come next; they are read then."""
        found = [each.upper() for each in self.left[: len(words)]] == [*words]
        if found:
            del self.left[: len(words)]
        return found

    def need(self, *words: str) -> "Words":
        """Read these; what is left.

        Raises:
            NotUnderstood: others come next.
        """
        return self if self.take(*words) else self.fail()

    def next(self) -> str:
        """Read one as it is written.

        Raises:
            NotUnderstood: there is none.
        """
        return self.left.pop(0) if self.left else self.fail()

    def name(self) -> str:
        """Read a name."""
        name = self.next().strip("`")
        return name if name.isidentifier() else self.fail()

    def last(self) -> str:
        """Read the name at the end."""
        name = self.name()
        return self.fail() if self.left else name

    @property
    def is_group(self) -> bool:
        """Whether a parenthesis comes next."""
        return self.left[:1] == ["("]

    def enclosed(self) -> "Words":
        """Read what is in the parentheses that come next."""
        self.need("(")
        inside, depth = list[str](), 1
        while depth:
            inside.append(self.next())
            depth += (inside[-1] == "(") - (inside[-1] == ")")
        return Words(inside[:-1])

    def names(self) -> tuple[str, ...]:
        """Read the list of names that comes next, of which an index may take the first letters or the last first."""
        return tuple(each.name() for each in self.enclosed().parts())

    def parts(self) -> Sequence["Words"]:
        """Read all that is left, in parts between commas."""
        parts, depth = [Words([])], 0
        for word in self.left:
            depth += (word == "(") - (word == ")")
            if word == "," and not depth:
                parts.append(Words([]))
            else:
                parts[-1].left.append(word)
        self.left = []
        return parts

    def clause(self) -> str:
        """Read all that is left, which is ALGORITHM and LOCK, as the verdicts write it.

        Raises:
            NotUnderstood: it is something else.
        """
        found = list[str]()
        while self.left:
            self.take(",")
            name = self.next().upper()
            self.take("=")
            found.append(f"{name}={self.next().upper()}" if name in _CLAUSE else self.fail())
        return ", ".join(found)

    def until(self, word: str) -> list[str]:
        """Read up to a word, and that too; all that is left where it is not there."""
        places = [place for place, each in enumerate(self.left) if each.upper() == word]
        end = places[0] if places else len(self.left)
        before, self.left = self.left[:end], self.left[end + 1 :]
        return before

    def fail(self) -> NoReturn:
        """Say at which words it is not understood.

        Raises:
            NotUnderstood: always.
        """
        raise NotUnderstood(f"at {' '.join(self.left[:4]) or 'its end'!r}")
