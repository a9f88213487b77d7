"""A probe: a question that may hang, asked so that whoever waits for the answer does not."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Probe(Generic[T]):
    """Asks one thing in a thread of its own, never twice at once; owns the question that is under way.

    A database that has stopped answering would otherwise hold one thread after another.
    """

    def __init__(self, ask: Callable[[], T], *, patience: float) -> None:
        """Ask nothing yet.

        Args:
            ask: gives the answer, or raises.
            patience: how long a call waits for it, in seconds.
        """
        self._ask = ask
        self._patience = patience
        self._lock = Lock()
        self._asked: Future[T] | None = None

    def __call__(self) -> T:
        """The answer, to a question asked now or still open.

        Raises:
            TimeoutError: there is none yet.
            Exception: whatever asking raises.
        """
        return self._open().result(self._patience)

    def _open(self) -> Future[T]:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # A daemon, because a stopping process shall not wait for a silent database.
                Thread(target=self._answer, args=(self._asked,), daemon=True).start()
            return self._asked

    def _answer(self, asked: "Future[T]") -> None:
        try:
            asked.set_result(self._ask())
        except Exception as error:  # noqa: BLE001  # whoever waits gets it
            asked.set_exception(error)
