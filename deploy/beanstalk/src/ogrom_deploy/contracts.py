"""What the ports mean: pytest suites that every platform and store must pass; they need the extra `contracts`.

Subclass a suite and override its fixtures, which are made anew for every test:

    class TestRehearsal(PlatformContract):
        @pytest.fixture
        def platform(self) -> Iterator[Platform]:
            ...  # nothing is deployed on it, and blue has all traffic

        @pytest.fixture
        def versions(self) -> tuple[Version, Version]:
            ...  # two that are well

        def send(self, platform: Platform, requests: int) -> None:
            ...  # as a client, to the address that clients know
"""

from collections.abc import Callable

import pytest

from .gates import Observation, health
from .model import Colour, Fleet, Task, TaskReport, Version, all_to
from .ports import Conflict, Platform, PlatformError, Store, Tasks


def until(platform: Platform, holds: Callable[[Fleet], bool], seconds: float) -> Fleet:
    """Look at a platform until something holds, and give what was seen.

    Args:
        platform: what to look at.
        holds: what shall hold.
        seconds: how long it may take, on the platform's clock.
    """
    end = platform.now() + seconds
    while not holds(fleet := platform.observe()):
        assert platform.now() < end, f"after {seconds} s the fleet is still {fleet}"
        platform.wait(seconds / 1000)
    return fleet


class PlatformContract:
    """What the deploy program relies on.

    Attributes:
        patience: how long an order may take, in seconds on the platform's clock.
        path: what every version answers with 200.
    """

    patience: float = 60.0
    path: str = "/health/ready"

    @pytest.fixture
    def platform(self) -> Platform:
        raise NotImplementedError("Override `platform` with one on which nothing is deployed.")

    @pytest.fixture
    def versions(self) -> tuple[Version, Version]:
        raise NotImplementedError("Override `versions` with two that are well.")

    def send(self, platform: Platform, requests: int) -> None:
        """Send so many requests as a client, and let the platform count them."""
        raise NotImplementedError("Override `send` with what clients do.")

    def run(self, platform: Platform, colour: Colour, version: Version, instances: int = 1) -> Fleet:
        """Have an environment serve a version."""
        platform.publish(version)
        platform.deploy(colour, version)
        until(platform, lambda fleet: fleet[colour].steady, self.patience)
        platform.scale(colour, instances)
        return self.served(platform, colour, version)

    def served(self, platform: Platform, colour: Colour, version: Version) -> Fleet:
        """Wait until an environment serves a version, by news that is younger than this call."""
        since = platform.now()

        def holds(fleet: Fleet) -> bool:
            seen = [Observation(fleet[colour], platform.now())]
            verdict = health(seen, version.label, 1, since=since, observations=1, freshness=self.patience)
            return verdict.passed

        return until(platform, holds, self.patience)

    def scaled(self, platform: Platform, size: int) -> Fleet:
        """Have green so many instances."""
        platform.scale("green", size)

        def holds(fleet: Fleet) -> bool:
            return fleet.green.steady and len(fleet.green.instances) == fleet.green.wanted == size

        return until(platform, holds, self.patience)

    def test_at_first_blue_has_all_traffic_and_nothing_is_deployed(self, platform: Platform) -> None:
        """The first deployment finds two steady environments without a version."""
        fleet = until(platform, lambda fleet: fleet.blue.steady and fleet.green.steady, self.patience)
        assert fleet.weights == all_to("blue")
        assert (fleet.blue.version, fleet.green.version) == ("", "")

    def test_the_clock_runs(self, platform: Platform) -> None:
        """`wait` lets so much time go by, and time never goes back."""
        begin = platform.now()
        platform.wait(0.2)
        assert platform.now() >= begin + 0.19

    def test_a_version_comes_onto_every_instance(
        self, platform: Platform, versions: tuple[Version, Version]
    ) -> None:
        """An environment serves what was deployed to it, with all instances, and the other one knows nothing of it."""
        fleet = self.run(platform, "green", versions[0], instances=2)
        assert [each.version for each in fleet.green.instances] == [versions[0].label] * 2
        assert fleet.green.version == versions[0].label
        assert fleet.green.wanted == 2
        assert fleet.blue.version == ""
        self.run(platform, "green", versions[1], instances=2)
        assert {each.release for each in platform.probe("green", [self.path] * 4)} == {versions[1].label}

    def test_news_of_health_has_its_time(self, platform: Platform, versions: tuple[Version, Version]) -> None:
        """Health is measured again and again, never in the future."""
        first = self.run(platform, "green", versions[0]).green.measured_at
        assert first <= platform.now()
        until(platform, lambda fleet: fleet.green.measured_at > first, self.patience)

    def test_an_order_may_be_given_twice(self, platform: Platform, versions: tuple[Version, Version]) -> None:
        """The second time changes nothing: the same instances go on."""
        before = self.run(platform, "green", versions[0])
        platform.publish(versions[0])
        platform.deploy("green", versions[0])
        platform.scale("green", 1)
        platform.shift(before.weights)
        after = self.served(platform, "green", versions[0])
        assert {each.id for each in after.green.instances} == {each.id for each in before.green.instances}
        assert after.weights == before.weights

    def test_what_is_not_published_is_not_deployed(
        self, platform: Platform, versions: tuple[Version, Version]
    ) -> None:
        """The refusal is a PlatformError, and nothing has happened."""
        with pytest.raises(PlatformError):
            platform.deploy("green", versions[0])
        assert platform.observe().green.version == ""

    def test_nothing_is_deployed_under_clients(
        self, platform: Platform, versions: tuple[Version, Version]
    ) -> None:
        """A side with traffic takes no deployment: all of its instances would go at once."""
        self.run(platform, "green", versions[0])
        platform.shift({"blue": 99, "green": 1})
        platform.publish(versions[1])
        with pytest.raises(PlatformError):
            platform.deploy("green", versions[1])
        self.served(platform, "green", versions[0])

    def test_a_size_is_reached(self, platform: Platform, versions: tuple[Version, Version]) -> None:
        """Up, down, to nothing and up again: the version stays, and an empty side serves nothing."""
        self.run(platform, "green", versions[0], instances=2)
        self.scaled(platform, 1)
        fleet = self.scaled(platform, 0)
        assert not fleet.green.serves(versions[0].label)
        assert [each.status for each in platform.probe("green", [self.path])] == [0]
        platform.scale("green", 1)
        self.served(platform, "green", versions[0])

    def test_a_probe_asks_each_instance(self, platform: Platform, versions: tuple[Version, Version]) -> None:
        """One answer for each path in order, with its status, its time and the release; also where it is refused."""
        self.run(platform, "green", versions[0], instances=2)
        paths = [self.path, "/no-such-path", self.path]
        probes = platform.probe("green", paths)
        assert [each.path for each in probes] == paths
        assert probes[0].status == probes[2].status == 200
        assert all(each.seconds > 0.0 and not each.fault for each in probes)
        assert {each.release for each in probes} == {versions[0].label}
        silent = platform.probe("blue", [self.path])[0]
        assert silent.status == 0
        assert silent.fault

    def test_a_shift_holds_on_return(self, platform: Platform, versions: tuple[Version, Version]) -> None:
        """What is ordered is what is observed next, in either direction."""
        self.run(platform, "green", versions[0])
        for green in (1, 50, 100, 0):
            platform.shift({"blue": 100 - green, "green": green})
            assert platform.observe().weights == {"blue": 100 - green, "green": green}
        with pytest.raises(PlatformError):
            platform.shift({"blue": 50, "green": 60})

    def test_figures_count_clients_of_one_side_since_a_moment(
        self, platform: Platform, versions: tuple[Version, Version]
    ) -> None:
        """The side with the traffic has the requests, the other one and the future have none."""
        self.run(platform, "green", versions[0])
        platform.shift(all_to("green"))
        since = platform.now()
        self.send(platform, 40)
        figures = platform.figures("green", since)
        assert figures.requests >= 40
        assert figures.errors == 0
        assert 0.0 < figures.p50 <= figures.p99
        assert platform.figures("blue", since).requests == 0
        assert platform.figures("green", platform.now() + 3600).requests == 0


class TasksContract:
    """What a change of the database relies on.

    Attributes:
        patience: how long a task may take, in seconds on the platform's clock.
    """

    patience: float = 60.0

    @pytest.fixture
    def platform(self) -> Platform:
        raise NotImplementedError("Override `platform` with the one whose clock counts.")

    @pytest.fixture
    def tasks(self, platform: Platform) -> Tasks:
        raise NotImplementedError("Override `tasks` with those of that platform.")

    @pytest.fixture
    def version(self) -> Version:
        raise NotImplementedError(
            "Override `version` with one that brings an expand and knows backfill 0007."
        )

    def ended(self, platform: Platform, tasks: Tasks, task: Task) -> TaskReport:
        """Wait for the end of a task."""
        end = platform.now() + self.patience
        while (report := tasks.report(task)) is None or report.state == "running":
            assert platform.now() < end, f"after {self.patience} s {task} is {report}"
            platform.wait(self.patience / 100)
        return report

    def test_a_task_runs_to_its_end(self, platform: Platform, tasks: Tasks, version: Version) -> None:
        """Nothing is known of it before; and it may be done again."""
        expand = Task("expand", version)
        platform.publish(version)
        assert tasks.report(expand) is None
        for _ in range(2):
            tasks.run(expand)
            assert self.ended(platform, tasks, expand).state == "done"

    def test_a_task_may_be_ordered_twice(self, platform: Platform, tasks: Tasks, version: Version) -> None:
        """What runs, runs on; another one has to wait, and a backfill goes on beside it."""
        expand, scan, backfill = (
            Task("expand", version),
            Task("scan", version, "0007"),
            Task("backfill", version, "0007"),
        )
        platform.publish(version)
        for each in (backfill, expand, expand):
            tasks.run(each)
        with pytest.raises(PlatformError):
            tasks.run(scan)
        assert tasks.report(scan) is None
        assert [self.ended(platform, tasks, each).state for each in (backfill, expand)] == ["done", "done"]

    def test_a_version_that_nobody_published_does_nothing(self, tasks: Tasks, version: Version) -> None:
        """Its image need not be there."""
        with pytest.raises(PlatformError):
            tasks.run(Task("expand", version))
        assert tasks.report(Task("expand", version)) is None


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
