"""Autoscaling: the template's own policy, with seconds for minutes, adds instances under load and takes them away."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from statistics import fmean

from ogrom_deploy import templates
from ogrom_deploy.model import Colour
from ogrom_deploy.options import read_options
from ogrom_rehearsal.autoscaling import Sample, ScalingPolicy, decide, scaling_policy
from ogrom_rehearsal.instances import processor_seconds
from ogrom_rehearsal.load import Profile, Stage
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TARGETS, TestBed

_HASTE = 30.0
"""A minute of the template's is two seconds here."""

_MOST = 4
"""As many instances as two processors can run besides the rest; the template's maximum may be higher."""

_CALM, _BUSY = 20.0, 240.0
"""Requests a second. In calm an instance must be well below the policy's limit, at 240 well above it."""

_SECONDS = (10.0, 30.0, 40.0)
"""Calm, busy, and calm again."""

_MARGIN = 1.4
_LOOK_SECONDS = 0.5


@dataclass
class Scaler:
    """Measures an environment and scales it by the policy, as CloudWatch and Auto Scaling do.

    Attributes:
        idle: the part of a processor that an instance uses for our health checks: five a second, as no cloud has.
        machine: what more of a processor counts as an instance's machine; small, to be filled by our load.
        sizes: when there were to be how many instances.
        samples: what was measured.
    """

    bed: TestBed
    colour: Colour
    policy: ScalingPolicy
    idle: float
    machine: float
    sizes: list[tuple[float, int]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def run(self, until: float) -> None:
        """Measure, decide and order until a moment of `time.monotonic()`."""
        before, used = time.monotonic(), self._used()
        self.sizes.append((before, self.bed.instances))
        while time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
            now, uses = time.monotonic(), self._used()
            shares = [(uses[each] - used[each]) / (now - before) for each in uses if each in used]
            self.samples += [
                Sample(now, 100 * min(max(share - self.idle, 0.0) / self.machine, 1.0)) for share in shares
            ]
            before, used = now, uses
            self._decide(now)

    def shares(self, begin: float) -> Iterator[tuple[float, float]]:
        """How busy the instances were on average, in percent, ten seconds at a time."""
        for step in range(int(sum(_SECONDS) / 10)):
            values = [each.value for each in self.samples if 0 <= each.at - begin - 10 * step < 10]
            yield 10.0 * step, fmean(values) if values else 0.0

    def _decide(self, now: float) -> None:
        size = self.sizes[-1][1]
        changed = self.sizes[-1][0] if len(self.sizes) > 1 else None
        wanted = decide(self.policy, self.samples, size, now, changed)
        if wanted != size:
            self.bed.platform.scale(self.colour, wanted)
            self.bed.platform.timeline.add("phase", f"{size} -> {wanted} instances", self.colour)
            self.sizes.append((now, wanted))

    def _used(self) -> dict[str, float]:
        return processor_seconds(self.bed.platform.instances(self.colour))


def autoscaling(bed: TestBed) -> ScenarioResult:
    """Calm, twelve times the load, and calm again."""
    found = scaling_policy(read_options(templates.read("environment"))).accelerated(_HASTE)
    policy = replace(found, maximum=min(found.maximum, _MOST))
    live = bed.prepare(bed.new, policy.minimum)
    rates = (_CALM, _BUSY, _CALM)
    stages = tuple(Stage(rate, seconds) for rate, seconds in zip(rates, _SECONDS, strict=True))
    scaler = Scaler(bed, live, policy, *_machine(bed, live, policy))
    with LoadTest(bed, baseline=0.0, profile=Profile(stages, TARGETS)) as test:
        scaler.run(test.begin + sum(_SECONDS))
    sizes = [size for _, size in scaler.sizes]
    test.expect_no_loss()
    test.expect_releases(bed.new.label)
    told = " -> ".join(map(str, sizes))
    test.expect("instances are added under load", max(sizes) > policy.minimum, told)
    test.expect("and taken away in calm", sizes[-1] == policy.minimum, told)
    test.figures |= {f"percent busy, {begin:.0f} s on": share for begin, share in scaler.shares(test.begin)}
    test.figures |= {"most instances": max(sizes), "part of a processor per instance": scaler.machine}
    return test.result("autoscaling", f"Autoscaling by the template's policy: {told} instances")


def _machine(bed: TestBed, live: Colour, policy: ScalingPolicy) -> tuple[float, float]:
    """What an instance uses without a load, and what makes the fewest instances too busy, by a margin.

    Measured, since a fast machine would never be busy, and a slow one always.
    """
    idle = _share(bed, live)
    with LoadTest(bed, rate=_BUSY, baseline=2.0):
        busy = _share(bed, live)
    return idle, 100 * (busy - idle) / (policy.upper * _MARGIN)


def _share(bed: TestBed, live: Colour) -> float:
    """The part of a processor that an instance uses on average."""
    instances, begin = bed.platform.instances(live), time.monotonic()
    before = processor_seconds(instances)
    time.sleep(3.0)
    after, seconds = processor_seconds(instances), time.monotonic() - begin
    return fmean(after[each] - before[each] for each in before) / seconds
