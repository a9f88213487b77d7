"""What keeping the port Store means, as a pytest suite that every adapter must pass: subclass it, as the platform's."""

import pytest

from .ports import Conflict, Store


class StoreContract:
    """What a lock and a history rely on."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError("Override `store` with an empty one.")

    def test_a_record_is_read_as_it_was_written(self, store: Store) -> None:
        """Its content and its tag; where there is none, None."""
        assert store.read("lock.json") is None
        tag = store.write("lock.json", b'{"a": "\xc3\xb6"}\n\n', tag=None)
        assert store.read("lock.json") == (b'{"a": "\xc3\xb6"}\n\n', tag)

    def test_a_record_is_made_once(self, store: Store) -> None:
        """Of two who find none, the second is told, also where both write the same."""
        store.write("lock.json", b"same", tag=None)
        with pytest.raises(Conflict):
            store.write("lock.json", b"same", tag=None)

    def test_only_who_knows_a_record_replaces_it(self, store: Store) -> None:
        """A tag holds until the next write, and no longer."""
        first = store.write("lock.json", b"1", tag=None)
        second = store.write("lock.json", b"2", tag=first)
        assert first != second
        with pytest.raises(Conflict):
            store.write("lock.json", b"3", tag=first)
        assert store.read("lock.json") == (b"2", second)

    def test_only_who_knows_a_record_removes_it(self, store: Store) -> None:
        """With an old tag nothing happens; what was removed can be made again."""
        first = store.write("lock.json", b"1", tag=None)
        second = store.write("lock.json", b"2", tag=first)
        with pytest.raises(Conflict):
            store.delete("lock.json", tag=first)
        store.delete("lock.json", tag=second)
        assert store.read("lock.json") is None
        with pytest.raises(Conflict):
            store.delete("lock.json", tag=second)
        with pytest.raises(Conflict):
            store.write("lock.json", b"3", tag=second)
        store.write("lock.json", b"3", tag=None)

    def test_names_come_in_order(self, store: Store) -> None:
        """Those that begin so, ascending."""
        for name in ("history/2026-11-25T13:46:22Z-b", "history/2026-11-25T13:46:22Z-a", "lock.json"):
            store.write(name, b"", tag=None)
        assert list(store.names("history/")) == [
            "history/2026-11-25T13:46:22Z-a",
            "history/2026-11-25T13:46:22Z-b",
        ]
        assert len(list(store.names(""))) == 3
        assert list(store.names("nothing/")) == []
