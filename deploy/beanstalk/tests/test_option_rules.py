"""What an option may be, and which options contradict one another."""

import pytest

from deploy.beanstalk.tests.option_rules import check, fault
from ogrom_deploy import templates
from ogrom_deploy.options import Key, Setting, read_options

FITS = [
    ("true|false", "true"),
    ("1 minute|5 minute", "1 minute"),
    ("0..10", "10"),
    ("-5..5", "-5"),
    ("0.0..1.0", "0.25"),
    ("0.001..20.0|null", "null"),
    ("list", "sg-1, sg-2"),
    ("list arm64|x86_64", "arm64,x86_64"),
    ("list 200..499", "200,204"),
    ("duration PT0S..PT1H", "PT45M"),
    ("duration PT0S..PT1H", "PT0S"),
    ("path", "/health/ready"),
    ("arn", "arn:aws:ssm:eu-central-1:123456789012:parameter/ogrom/token-key"),
    ("json", '{"Version": 1}'),
    ("text", ""),
]


@pytest.mark.parametrize(("values", "value"), FITS)
def test_what_fits(values: str, value: str) -> None:
    """At the bounds, too."""
    assert fault(values, value) == ""


@pytest.mark.parametrize(
    ("values", "value", "said"),
    [
        ("true|false", "True", "must be true, false"),
        ("true|false", "", "must be true, false"),
        ("0..10", "11", "must be 0..10"),
        ("0..10", "-1", "must be 0..10"),
        ("0..10", "5.0", "must be 0..10"),
        ("0..10", "five", "must be 0..10"),
        ("0.0..1.0", "1.01", "must be 0.0..1.0"),
        ("0.0..1.0", "NaN", "must be 0.0..1.0"),
        ("list", "sg-1,,sg-2", "must be list"),
        ("list arm64|x86_64", "arm64,mips", "must be list arm64, x86_64"),
        ("duration PT5M..PT1H", "PT4M59S", "must be duration PT5M..PT1H"),
        ("duration PT5M..PT1H", "PT", "must be duration PT5M..PT1H"),
        ("duration PT5M..PT1H", "5 minutes", "must be duration PT5M..PT1H"),
        ("path", "health", "must be path"),
        ("arn", "parameter/ogrom/token-key", "must be arn"),
        ("json", "{", "must be json"),
        ("json", "[]", "must be json"),
    ],
)
def test_what_does_not(values: str, value: str, said: str) -> None:
    """It says what would."""
    assert fault(values, value) == said


OURS = read_options(templates.read("environment"))

ASG = "aws:autoscaling:asg"
TRIGGER = "aws:autoscaling:trigger"
LAUNCH = "aws:autoscaling:launchconfiguration"
COMMAND = "aws:elasticbeanstalk:command"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
BALANCER = "aws:elbv2:loadbalancer"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
MANAGED = "aws:elasticbeanstalk:managedactions"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"


def changed(changes: dict[tuple[str, str], str | None]) -> list[Setting]:
    """Our options with others in their place, or without those that are None."""
    kept = [each for each in OURS if each.key not in changes]
    return [*kept, *(Setting(*key, value) for key, value in changes.items() if value is not None)]


def said(settings: list[Setting]) -> list[str]:
    return [str(problem) for problem in check(settings)]


MISTAKES: dict[str, tuple[dict[tuple[str, str], str | None], list[str]]] = {
    "a namespace that there is not": (
        {("aws:autoscaling:triggers", "Period"): "1"},
        [
            "aws:autoscaling:triggers Period: is in no namespace that we know; did you mean aws:autoscaling:trigger?"
        ],
    ),
    "an option that there is not": (
        {(PROCESS, "HealthcheckPath"): "/health"},
        [f"{PROCESS} HealthcheckPath: is no option of that namespace; did you mean HealthCheckPath?"],
    ),
    "a value that is none of several": (
        {(COMMAND, "DeploymentPolicy"): "AllAtonce"},
        [f"{COMMAND} DeploymentPolicy: 'AllAtonce' must be AllAtOnce, Rolling, "],
    ),
    "a number out of its range": (
        {(PROCESS, "DeregistrationDelay"): "99999"},
        [f"{PROCESS} DeregistrationDelay: '99999' must be 0..3600"],
    ),
    "the default balancer": (
        {(ENVIRONMENT, "LoadBalancerType"): None},
        [f"{ENVIRONMENT} LoadBalancerType: is not set, so it is classic"],
    ),
    "a balancer that cannot be shared": (
        {(ENVIRONMENT, "LoadBalancerType"): "network"},
        [f"{ENVIRONMENT} LoadBalancerType: is network, and only an application balancer can be shared"],
    ),
    "no balancer to share": (
        {(BALANCER, "SharedLoadBalancer"): None},
        [f"{BALANCER} SharedLoadBalancer: is not set"],
    ),
    "a shared balancer that is not to be shared": (
        {(ENVIRONMENT, "LoadBalancerIsShared"): "false"},
        [f"{BALANCER} SharedLoadBalancer: needs LoadBalancerIsShared to be true"],
    ),
    "the idle timeout of a shared balancer": (
        {(BALANCER, "IdleTimeout"): "60"},
        [f"{BALANCER} IdleTimeout: does nothing to a shared balancer"],
    ),
    "the protocol of a shared balancer": (
        {("aws:elbv2:listener:443", "Protocol"): "HTTPS"},
        ["aws:elbv2:listener:443 Protocol: does nothing to a shared balancer"],
    ),
    "a shared balancer's listener that nobody names": (
        {("aws:elbv2:listener:443", "Rules"): None},
        ["aws:elbv2:listener:443 Rules: is not set for any port"],
    ),
    "what a shared balancer does not measure": (
        {(TRIGGER, "MeasureName"): "TargetResponseTime", (TRIGGER, "Unit"): "Seconds"},
        [f"{TRIGGER} MeasureName: TargetResponseTime is measured for a balancer of its own only"],
    ),
    "the default measure": (
        {(TRIGGER, "MeasureName"): None, (TRIGGER, "Unit"): "Bytes"},
        [f"{TRIGGER} MeasureName: is not set, so it is NetworkOut"],
    ),
    "a unit that the measure is not in": (
        {(TRIGGER, "Unit"): None},
        [f"{TRIGGER} Unit: is Bytes, and CPUUtilization is in Percent"],
    ),
    "the default threshold": (
        {(TRIGGER, "UpperThreshold"): None},
        [f"{TRIGGER} UpperThreshold: is not set, so it is 6000000, meant for bytes"],
    ),
    "thresholds the wrong way round": (
        {(TRIGGER, "UpperThreshold"): "20", (TRIGGER, "LowerThreshold"): "60"},
        [f"{TRIGGER} UpperThreshold: is 20, and must be above LowerThreshold, 60"],
    ),
    "fewer instances under load": (
        {(TRIGGER, "UpperBreachScaleIncrement"): "-1"},
        [f"{TRIGGER} UpperBreachScaleIncrement: is -1, so no instance comes under load; set 1 or more"],
    ),
    "never fewer instances": (
        {(TRIGGER, "LowerBreachScaleIncrement"): "0"},
        [f"{TRIGGER} LowerBreachScaleIncrement: is 0, so no instance goes without load; set -1 or less"],
    ),
    "times that do not fit": (
        {(TRIGGER, "BreachDuration"): "5"},
        [f"{TRIGGER} BreachDuration: is 5, and must be Period x EvaluationPeriods, 1 x 2"],
    ),
    "measured less often than decided": (
        {(LAUNCH, "MonitoringInterval"): None},
        [f"{LAUNCH} MonitoringInterval: is 5 minute, so most periods of 1 have no measurement"],
    ),
    "decided by what was before": (
        {(ASG, "Cooldown"): "60"},
        [
            f"{ASG} Cooldown: is 60, so the next decision would still be about the time before; set 180 or more"
        ],
    ),
    "sizes the wrong way round": (
        {(ASG, "MaxSize"): "1"},
        [f"{ASG} MinSize: is 2, and MaxSize only 1"],
    ),
    "a check that is longer than its interval": (
        {(PROCESS, "HealthCheckTimeout"): None},
        [f"{PROCESS} HealthCheckTimeout: is 5, and must be shorter than HealthCheckInterval, 5"],
    ),
    "the default path": (
        {(PROCESS, "HealthCheckPath"): None},
        [f"{PROCESS} HealthCheckPath: is not set, so it is /"],
    ),
    "the default health": (
        {(HEALTH, "SystemType"): None},
        [f"{HEALTH} SystemType: is basic, which says nothing of an instance or its version"],
    ),
    "health without its role": (
        {(ENVIRONMENT, "ServiceRole"): None},
        [f"{ENVIRONMENT} ServiceRole: is not set, and enhanced health needs one"],
    ),
    "spot options without spot": (
        {("aws:ec2:instances", "SpotFleetOnDemandBase"): "1"},
        ["aws:ec2:instances SpotFleetOnDemandBase: does nothing unless EnableSpot is true"],
    ),
    "splitting under another policy": (
        {("aws:elasticbeanstalk:trafficsplitting", "NewVersionPercent"): "15"},
        [
            "aws:elasticbeanstalk:trafficsplitting NewVersionPercent: does nothing unless DeploymentPolicy is Traffic"
        ],
    ),
    "updates at no time": (
        {(MANAGED, "ManagedActionsEnabled"): "true", (f"{MANAGED}:platformupdate", "UpdateLevel"): "minor"},
        [f"{MANAGED} ManagedActionsEnabled: needs {MANAGED} PreferredStartTime, which is not set"],
    ),
    "instances in no group": (
        {(LAUNCH, "SecurityGroups"): None},
        [f"{LAUNCH} DisableDefaultEC2SecurityGroup: needs {LAUNCH} SecurityGroups, which is not set"],
    ),
    "a secret for everybody": (
        {(PROPERTIES, "OGROM_STRIPE_KEY"): "hunter2"},
        [f"{PROPERTIES} OGROM_STRIPE_KEY: stands there for everybody to read"],
    ),
    "a secret twice": (
        {(PROPERTIES, "OGROM_TOKEN_KEY"): "hunter2"},
        [f"{PROPERTIES} OGROM_TOKEN_KEY: is set as a secret too"],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_found_and_no_other(
    changes: dict[tuple[str, str], str | None], expected: list[str]
) -> None:
    """It says what is wrong and what to do, in one line; no secret is in it."""
    found = said(changed(changes))
    assert len(found) == len(expected)
    for line, begin in zip(found, expected, strict=True):
        assert line.startswith(begin)
        assert "hunter2" not in line


def test_an_option_that_is_set_twice() -> None:
    """Beanstalk takes one of them, and nobody knows which."""
    assert said([*OURS, OURS[0]]) == [f"{OURS[0].key}: is set 2 times; say it once"]


def test_options_and_a_version_are_two_calls() -> None:
    """Beanstalk refuses both in one; options alone or a version alone it takes."""
    options = [Setting(ASG, "MinSize", "3")]
    [problem] = check(options, version="d045097a1b2c")
    assert problem.key == Key(ASG, "MinSize")
    assert "d045097a1b2c" in problem.message
    assert "make two calls" in problem.message
    assert check([], version="d045097a1b2c") == ()


def test_a_single_instance_has_no_balancer() -> None:
    """So nothing is said about one."""
    about = {
        problem.key.namespace
        for problem in check([Setting(ENVIRONMENT, "EnvironmentType", "SingleInstance")])
    }
    assert ENVIRONMENT not in about


def test_what_only_the_account_knows_is_not_judged() -> None:
    """Neither its value nor what follows from it."""
    assert check([*changed({(ASG, "MaxSize"): None}), Setting(ASG, "MaxSize", None)]) == ()
