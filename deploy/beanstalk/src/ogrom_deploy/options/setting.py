"""An option that was set, and what may be wrong with it."""

from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """Which option.

    Attributes:
        namespace: of it, such as `aws:autoscaling:asg`.
        name: of it, such as `MinSize`.
    """

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


@dataclass(frozen=True)
class Setting:
    """An option that was set.

    Attributes:
        namespace, name: which one.
        value: of it; None where it is known only in the account, such as the ARN of a role.
    """

    namespace: str
    name: str
    value: str | None

    @property
    def key(self) -> Key:
        """Which option."""
        return Key(self.namespace, self.name)


@dataclass(frozen=True)
class Problem:
    """What is wrong.

    Attributes:
        key: of the option that has to change.
        message: what is wrong and what to do about it.
    """

    key: Key
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"
