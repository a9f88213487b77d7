"""Checks Beanstalk's options as no other tool does: whether they exist, fit, and agree with one another."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from ogrom_deploy.options import Key, Setting, default, find, is_json, known_options, number, options_in


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


_UNITS = {"H": 3600, "M": 60, "S": 1}


_DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def fault(values: str, value: str) -> str:
    """What is wrong with a value, such as `must be 1..10`; empty where it fits."""
    kind, _, rest = values.partition(" ")
    if kind == "list":
        words = [word.strip() for word in value.split(",")]
        return (
            "" if all(word and (not rest or not fault(rest, word)) for word in words) else _expected(values)
        )
    if kind == "duration":
        least, most = (seconds(bound) or 0 for bound in rest.split(".."))
        given = seconds(value)
        return "" if given is not None and least <= given <= most else _expected(values)
    if kind in _KINDS:
        return "" if _KINDS[kind](value) else _expected(values)
    fits = any(_in_range(each, value) if ".." in each else each == value for each in values.split("|"))
    return "" if fits else _expected(values)


def seconds(value: str) -> int | None:
    """How long an ISO 8601 duration such as PT5M is; None where it is none."""
    found = _DURATION.fullmatch(value)
    if found is None:
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), _UNITS.values(), strict=True))


_KINDS: dict[str, Callable[[str], bool]] = {
    "text": lambda value: True,
    "path": lambda value: value.startswith("/"),
    "arn": lambda value: value.startswith("arn:") and value.count(":") >= 5,
    "json": is_json,
}


def _in_range(bounds: str, value: str) -> bool:
    least, most = bounds.split("..")
    given = number(value)
    if given is None or ("." not in least and not re.fullmatch(r"-?\d+", value)):
        return False
    return Decimal(least) <= given <= Decimal(most)


def _expected(values: str) -> str:
    return f"must be {values.replace('|', ', ')}"


def unknown(key: Key) -> str:
    """Why there is no such option, and which was meant."""
    names = [each.name for each in options_in(key.namespace)]
    if names:
        return f"is no option of that namespace{_meant(key.name, names)}"
    return f"is in no namespace that we know{_meant(key.namespace, [each.namespace for each in known_options()])}"


def _meant(given: str, known: list[str]) -> str:
    lowered = {each.lower(): each for each in known}
    close = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    return f"; did you mean {lowered[close[0]]}?" if close else f"; there are {', '.join(sorted(set(known)))}"


def check(settings: Iterable[Setting], *, version: str = "") -> tuple[Problem, ...]:
    """What is wrong with the options of an environment.

    Args:
        settings: all that are set; those that are not set have Beanstalk's defaults, which are looked at too.
        version: the label that the same call of UpdateEnvironment would deploy; empty for none. With one, the
            options are those of the call, not all.

    Returns:
        The problems, in the order of the options; none where all is well.
    """
    given = tuple(settings)
    together = _beside(version, given) if version else conflicts(given)
    return (*_singly(given), *together)


def _singly(settings: tuple[Setting, ...]) -> Iterator[Problem]:
    times = Counter(each.key for each in settings)
    for key, count in times.items():
        if count > 1:
            yield Problem(key, f"is set {count} times; say it once")
    for each in settings:
        option = find(each.key)
        if option is None:
            yield Problem(each.key, unknown(each.key))
        elif each.value is not None and (problem := fault(option.values, each.value)):
            yield Problem(each.key, f"{each.value!r} {problem}")


def _beside(version: str, settings: tuple[Setting, ...]) -> Iterator[Problem]:
    if settings:
        yield Problem(
            settings[0].key,
            f"cannot be set together with version {version}, since Beanstalk takes a version or options in one call "
            "and refuses both; make two calls, and wait between them until the environment is Ready",
        )


ASG = "aws:autoscaling:asg"
TRIGGER = "aws:autoscaling:trigger"
LAUNCH = "aws:autoscaling:launchconfiguration"
COMMAND = "aws:elasticbeanstalk:command"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
BALANCER = "aws:elbv2:loadbalancer"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
MANAGED = "aws:elasticbeanstalk:managedactions"
PROCESS = "aws:elasticbeanstalk:environment:process:*"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
SPLITTING = "aws:elasticbeanstalk:trafficsplitting"
SPOT = "aws:ec2:instances"
UPDATE = "aws:elasticbeanstalk:managedactions:platformupdate"

OF_AN_INSTANCE = {
    "CPUUtilization": "Percent",
    "NetworkIn": "Bytes",
    "NetworkOut": "Bytes",
    "DiskReadBytes": "Bytes",
    "DiskWriteBytes": "Bytes",
    "DiskReadOps": "Count",
    "DiskWriteOps": "Count",
}
"""Measures of EC2, which come as often as MonitoringInterval says, and their units."""

OF_A_BALANCER = {"HealthyHostCount": "Count", "UnhealthyHostCount": "Count", "TargetResponseTime": "Seconds"}
"""Measures that Beanstalk has of a balancer of its own only."""

UNITS = {**OF_AN_INSTANCE, **OF_A_BALANCER, "Latency": "Seconds", "RequestCount": "Count"}
"""What CloudWatch measures it in. An alarm with another unit never gets a measurement, and nothing scales."""

_SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL|CREDENTIALS?)$")


@dataclass(frozen=True)
class _Options:
    """All options that are set, with Beanstalk's defaults behind them."""

    given: tuple[Setting, ...]

    def has(self, namespace: str, name: str) -> bool:
        return any(each.key == (namespace, name) for each in self.given)

    def value(self, namespace: str, name: str) -> str:
        """What holds; empty for nothing, and `?` for what only the account knows."""
        for each in self.given:
            if each.key == (namespace, name):
                return "?" if each.value is None else each.value
        return default(namespace, name)

    def number(self, namespace: str, name: str) -> float | None:
        found = number(self.value(namespace, name))
        return None if found is None else float(found)

    def in_namespace(self, pattern: str) -> Iterator[Setting]:
        return (each for each in self.given if fnmatchcase(each.namespace, pattern))

    @property
    def is_shared(self) -> bool:
        return self.value(ENVIRONMENT, "LoadBalancerIsShared") == "true"


def conflicts(settings: tuple[Setting, ...]) -> Iterator[Problem]:
    """What is wrong with several options together, or with a default that holds since one is not set."""
    options = _Options(settings)
    for rule in _RULES:
        yield from rule(options)


def _balancer(options: _Options) -> Iterator[Problem]:
    if options.value(ENVIRONMENT, "EnvironmentType") != "LoadBalanced":
        return
    key = Key(ENVIRONMENT, "LoadBalancerType")
    kind = options.value(*key)
    if not options.has(*key):
        yield Problem(key, "is not set, so it is classic, which nobody can change later; set application")
    elif options.is_shared and kind != "application":
        yield Problem(key, f"is {kind}, and only an application balancer can be shared; set application")
    if not options.is_shared and options.has(BALANCER, "SharedLoadBalancer"):
        yield Problem(Key(BALANCER, "SharedLoadBalancer"), "needs LoadBalancerIsShared to be true")


def _shared_balancer(options: _Options) -> Iterator[Problem]:
    if not options.is_shared:
        return
    if not options.has(BALANCER, "SharedLoadBalancer"):
        yield Problem(Key(BALANCER, "SharedLoadBalancer"), "is not set, and the balancer is to be shared")
    for each in options.in_namespace(BALANCER):
        if each.name not in {"SharedLoadBalancer", "SecurityGroups"}:
            yield Problem(each.key, "does nothing to a shared balancer; set it where the balancer is made")
    listeners = list(options.in_namespace("aws:elbv2:listener:*"))
    for each in listeners:
        if each.namespace.endswith(":default") or each.name != "Rules":
            yield Problem(each.key, "does nothing to a shared balancer, whose listeners take Rules only")
    if not any(each.name == "Rules" for each in listeners):
        key = Key("aws:elbv2:listener:443", "Rules")
        yield Problem(
            key, "is not set for any port, so Beanstalk looks for a listener on port 80; set default"
        )
    measure = options.value(TRIGGER, "MeasureName")
    if measure in OF_A_BALANCER:
        text = f"{measure} is measured for a balancer of its own only, never for a shared one; use CPUUtilization"
        yield Problem(Key(TRIGGER, "MeasureName"), text)


def _trigger(options: _Options) -> Iterator[Problem]:
    key = Key(TRIGGER, "MeasureName")
    measure, unit = options.value(*key), options.value(TRIGGER, "Unit")
    if not options.has(*key):
        yield Problem(key, "is not set, so it is NetworkOut, which says nothing of load; set CPUUtilization")
    if UNITS.get(measure, unit) != unit:
        text = f"is {unit}, and {measure} is in {UNITS[measure]}, so there would be no measurement at all"
        yield Problem(Key(TRIGGER, "Unit"), text)
    for name in ("UpperThreshold", "LowerThreshold"):
        if options.has(*key) and not options.has(TRIGGER, name):
            text = f"is not set, so it is {default(TRIGGER, name)}, meant for bytes; set it in {unit}"
            yield Problem(Key(TRIGGER, name), text)
    upper, lower = options.number(TRIGGER, "UpperThreshold"), options.number(TRIGGER, "LowerThreshold")
    if upper is not None and lower is not None and upper <= lower:
        yield Problem(
            Key(TRIGGER, "UpperThreshold"), f"is {upper:g}, and must be above LowerThreshold, {lower:g}"
        )
    for name, sign, text in (
        ("UpperBreachScaleIncrement", 1, "so no instance comes under load; set 1 or more"),
        ("LowerBreachScaleIncrement", -1, "so no instance goes without load; set -1 or less"),
    ):
        increment = options.number(TRIGGER, name)
        if increment is not None and increment * sign < 1:
            yield Problem(Key(TRIGGER, name), f"is {increment:g}, {text}")


def _trigger_times(options: _Options) -> Iterator[Problem]:
    period, periods, breach = (
        options.number(TRIGGER, name) for name in ("Period", "EvaluationPeriods", "BreachDuration")
    )
    if period is None or periods is None or breach is None:
        return
    if period * periods != breach:
        text = f"is {breach:g}, and must be Period x EvaluationPeriods, {period:g} x {periods:g}"
        yield Problem(Key(TRIGGER, "BreachDuration"), text)
    slow = options.value(LAUNCH, "MonitoringInterval") == "5 minute"
    if period < 5 and slow and options.value(TRIGGER, "MeasureName") in OF_AN_INSTANCE:
        text = f"is 5 minute, so most periods of {period:g} have no measurement; set 1 minute"
        yield Problem(Key(LAUNCH, "MonitoringInterval"), text)
    cooldown = options.number(ASG, "Cooldown")
    if cooldown is not None and cooldown < 60 * period * (periods + 1):
        least = 60 * period * (periods + 1)
        text = f"is {cooldown:g}, so the next decision would still be about the time before; set {least:g} or more"
        yield Problem(Key(ASG, "Cooldown"), text)


def _sizes(options: _Options) -> Iterator[Problem]:
    least, most = options.number(ASG, "MinSize"), options.number(ASG, "MaxSize")
    if least is not None and most is not None and least > most:
        yield Problem(Key(ASG, "MinSize"), f"is {least:g}, and MaxSize only {most:g}")


def _processes(options: _Options) -> Iterator[Problem]:
    names = {each.namespace for each in options.in_namespace(PROCESS)} or {PROCESS.replace("*", "default")}
    for namespace in sorted(names):
        interval = options.number(namespace, "HealthCheckInterval")
        timeout = options.number(namespace, "HealthCheckTimeout")
        if interval is not None and timeout is not None and timeout >= interval:
            text = f"is {timeout:g}, and must be shorter than HealthCheckInterval, {interval:g}"
            yield Problem(Key(namespace, "HealthCheckTimeout"), text)
        if not options.has(namespace, "HealthCheckPath"):
            text = "is not set, so it is /, which answers before the service is ready; set /health/ready"
            yield Problem(Key(namespace, "HealthCheckPath"), text)


def _health(options: _Options) -> Iterator[Problem]:
    key = Key(HEALTH, "SystemType")
    if options.value(*key) != "enhanced":
        yield Problem(key, "is basic, which says nothing of an instance or its version; set enhanced")
    elif not options.has(ENVIRONMENT, "ServiceRole"):
        yield Problem(Key(ENVIRONMENT, "ServiceRole"), "is not set, and enhanced health needs one")


def _dependents(options: _Options) -> Iterator[Problem]:
    for namespace, pattern, needed, wanted in (
        (SPOT, "Spot*", Key(SPOT, "EnableSpot"), "true"),
        (SPLITTING, "*", Key(COMMAND, "DeploymentPolicy"), "TrafficSplitting"),
        (UPDATE, "*", Key(MANAGED, "ManagedActionsEnabled"), "true"),
    ):
        if options.value(*needed) not in {wanted, "?"}:
            for each in options.in_namespace(namespace):
                if fnmatchcase(each.name, pattern):
                    yield Problem(each.key, f"does nothing unless {needed.name} is {wanted}")


def _needs(options: _Options) -> Iterator[Problem]:
    for key, needed in (
        (Key(MANAGED, "ManagedActionsEnabled"), Key(MANAGED, "PreferredStartTime")),
        (Key(MANAGED, "ManagedActionsEnabled"), Key(UPDATE, "UpdateLevel")),
        (Key(LAUNCH, "DisableDefaultEC2SecurityGroup"), Key(LAUNCH, "SecurityGroups")),
    ):
        if options.value(*key) == "true" and not options.has(*needed):
            yield Problem(key, f"needs {needed}, which is not set")


def _secrets(options: _Options) -> Iterator[Problem]:
    secrets = {each.name for each in options.in_namespace(SECRETS)}
    for each in options.in_namespace(PROPERTIES):
        if each.name in secrets:
            yield Problem(each.key, "is set as a secret too; say it once")
        elif _SECRET.search(each.name):
            yield Problem(
                each.key, f"stands there for everybody to read; keep it in SSM and name it in {SECRETS}"
            )


_RULES: tuple[Callable[[_Options], Iterator[Problem]], ...] = (
    _balancer,
    _shared_balancer,
    _trigger,
    _trigger_times,
    _sizes,
    _processes,
    _health,
    _dependents,
    _needs,
    _secrets,
)
