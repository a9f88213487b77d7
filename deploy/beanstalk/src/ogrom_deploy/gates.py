"""The gates: pure verdicts on observations. A gate without observations never passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .model import Environment, Figures, Probe, Version, percentile
from .policy import Limits, Policy

Judgement: TypeAlias = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """The result of a gate.

    Attributes:
        judgement: `unknown` if there is too little to judge by yet.
        reason: why, for a person.
    """

    judgement: Judgement
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the deployment may continue."""
        return self.judgement == "pass"

    @property
    def failed(self) -> bool:
        """Whether the deployment must stop."""
        return self.judgement == "fail"


@dataclass(frozen=True)
class Observation:
    """An environment, and when it was observed, in seconds on the platform's clock."""

    environment: Environment
    at: float


def unhealthy_reason(seen: Observation, version: str, instances: int, freshness: float) -> str:
    """Why an environment should get no traffic; empty if it may.

    Further instances may be starting or stopping. What counts is how many serve the version, and that none serves
    another.

    Args:
        seen: the observation.
        version: the label that it must serve.
        instances: how many instances must serve it.
        freshness: how old its health report may be, in seconds.
    """
    side = seen.environment
    if (age := seen.at - side.measured_at) > freshness:
        return f"the last report of {side.colour}'s health is {age:.0f} s old"
    if strange := [each for each in side.instances if each.version not in {"", version}]:
        return f"{strange[0].id} runs {strange[0].version}, not {version}"
    ready = [each for each in side.instances if each.health == "ok" and each.version == version]
    if len(ready) >= max(instances, 1):
        return ""
    causes = f" ({'; '.join(side.causes)})" if side.causes else ""
    return f"{len(ready)} of {instances} instances of {side.colour} serve {version}{causes}"


def health(
    seen: Sequence[Observation],
    version: str,
    instances: int,
    *,
    since: float,
    observations: int,
    freshness: float,
) -> Verdict:
    """Whether the last measurements, each taken after our orders, all show every instance on the version.

    Args:
        seen: every observation so far, the latest last; several may show the same measurement.
        version: the label that every instance must serve.
        instances: how many there must be at least.
        since: when our last order was given; earlier measurements prove nothing.
        observations: how many good measurements in a row it takes.
        freshness: how old a measurement may be when it is observed, in seconds.
    """
    fresh = {each.environment.measured_at: each for each in seen if each.environment.measured_at > since}
    good, why = 0, "no health report since the last order"
    for each in fresh.values():
        whole = each.environment.serves(version)
        why = unhealthy_reason(each, version, instances, freshness) or (
            "" if whole else f"not every instance of {each.environment.colour} serves {version} yet"
        )
        good = 0 if why else good + 1
    if good >= observations:
        times = "once" if good == 1 else f"{good} times in a row"
        return Verdict("pass", f"{len(seen[-1].environment.instances)} instances, healthy {times}")
    return Verdict("unknown", why or f"{good} of {observations} good measurements in a row")


def smoke(probes: Sequence[Probe], version: Version) -> Verdict:
    """Whether every path was answered with 2xx by the right release."""
    for each in probes:
        if not 200 <= each.status < 300:
            return Verdict("fail", f"GET {each.path} gave {each.status or each.fault or 'no response'}")
        if each.release != version.label:
            said = (
                f"release {each.release!r}" if each.release else "no release at all (is OGROM_RELEASE set?)"
            )
            return Verdict("fail", f"GET {each.path} was answered by {said}, not by {version.label}")
    if not probes:
        return Verdict("unknown", "nothing was asked for")
    return Verdict("pass", f"{len(probes)} answers, all 2xx of {version.label}")


def p99(probes: Sequence[Probe]) -> float:
    """The 99th percentile of their durations, in seconds."""
    return percentile([each.seconds for each in probes], 99)


def warm(rounds: Sequence[Sequence[Probe]], policy: Policy) -> Verdict:
    """Whether the p99 of the last rounds was flat.

    Args:
        rounds: the probes of every round so far.
        policy: what counts as flat, and how many rounds there may be.
    """
    lame = next((each for probes in rounds for each in probes if not 0 < each.status < 500), None)
    if lame:
        return Verdict("fail", f"GET {lame.path} gave {lame.status or lame.fault or 'no response'}")
    times = [p99(each) for each in rounds]
    last = times[-policy.flat_rounds :]
    told = f"p99 {_ms(times[0])} at first, {_ms(times[-1])} after {len(times)} rounds" if times else ""
    if len(last) == policy.flat_rounds and max(last) <= max(policy.flat_ratio * min(last), policy.flat_floor):
        return Verdict("pass", told)
    if len(times) < policy.rounds:
        return Verdict("unknown", told or "nothing was asked for")
    if times[-1] <= policy.limits.p99:
        return Verdict("pass", f"{told}: not flat, but within the limit")
    return Verdict("fail", f"{told}: neither flat nor below {policy.limits.p99:g} s")


def traffic(new: Figures, old: Figures, limits: Limits) -> Verdict:
    """Whether clients of the new side are within the limits, and served no worse than those of the old one.

    Args:
        new: what clients got from the new side.
        old: what they got from the old one in the same period.
        limits: the worst that is acceptable.
    """
    many = new.errors > limits.errors_by_chance
    # With too few requests so far, this is the rate if all the missing ones succeed.
    rate = new.errors / max(new.requests, limits.requests)
    if many and rate > limits.error_rate:
        told = f"{new.errors} of {new.requests} requests failed"
        return Verdict("fail", f"{told}; the limit is {limits.error_rate:.1%}")
    if new.requests < limits.requests:
        return Verdict("unknown", f"too few requests to judge: {new.requests} of {limits.requests}")
    if new.p99 > limits.p99:
        return Verdict("fail", f"p99 is {_ms(new.p99)}; the limit is {_ms(limits.p99)}")
    if old.requests >= limits.requests:
        if many and new.error_rate > limits.error_ratio * old.error_rate:
            return Verdict(
                "fail", f"{new.error_rate:.2%} of requests failed, {old.error_rate:.2%} of the other side's"
            )
        if new.p99 > max(limits.p99_ratio * old.p99, limits.p99_floor):
            return Verdict("fail", f"p99 is {_ms(new.p99)}, and {_ms(old.p99)} on the other side")
    return Verdict("pass", f"{new.requests} requests, {new.errors} failed, p99 {_ms(new.p99)}")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
