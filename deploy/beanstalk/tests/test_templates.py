"""The templates, as far as that can be known without an account: cfn-lint, and what they promise together."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.beanstalk.tests.option_rules import check
from ogrom_deploy import templates
from ogrom_deploy.options import Key, load, read_options

ROOT = Path(__file__).parents[3]
FOLDER = Path(templates.__file__).parent
LOADED = {name: load(templates.read(name)) for name in templates.ORDER}
OPTIONS = {each.key: each.value for each in read_options(templates.read("environment"))}


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, by template and name."""
    return {
        f"{template}.{name}": resource["Properties"]
        for template, loaded in LOADED.items()
        for name, resource in loaded["Resources"].items()
        if resource["Type"] == kind
    }


def walk(value: object) -> Iterator[tuple[str, Any]]:
    """Every key of a template with what stands there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key), inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def lint(*files: Path) -> tuple[int, str]:
    """Run cfn-lint by itself, without a network's settings."""
    program = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [program, "--regions", "eu-central-1", "--", *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )
    return done.returncode, done.stdout + done.stderr


def test_every_template_is_in_the_order() -> None:
    """So that no other test here passes one by."""
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(templates.ORDER)


@pytest.mark.slow
def test_cfn_lint_has_no_objection() -> None:
    """Not even a warning."""
    assert lint(*FOLDER.glob("*.yaml")) == (0, "")


@pytest.mark.slow
def test_cfn_lint_finds_what_it_is_for(tmp_path: Path) -> None:
    """A property that there is not, and a name that nobody declared."""
    text = templates.read("application").replace("ResourceLifecycleConfig", "LifecycleConfig")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("!Ref Application", "!Ref Aplication"), encoding="utf-8")
    code, output = lint(broken)
    assert code != 0
    assert "LifecycleConfig" in output
    assert "Aplication" in output


def test_what_a_stack_imports_an_earlier_one_exports() -> None:
    """In the order in which they are made; and nothing is exported that nobody imports."""
    exported: set[str] = set()
    imported: set[str] = set()
    for name, loaded in LOADED.items():
        needs = {value["Fn::Sub"] for key, value in walk(loaded) if key == "Fn::ImportValue"}
        assert needs <= exported, name
        imported |= needs
        exported |= {output["Export"]["Name"]["Fn::Sub"] for output in outputs(loaded) if "Export" in output}
    assert exported - imported == set()


def outputs(loaded: dict[str, Any]) -> list[dict[str, Any]]:
    return list(loaded.get("Outputs", {}).values())


@pytest.mark.parametrize("name", templates.ORDER)
def test_no_template_says_what_the_deploy_program_decides(name: str) -> None:
    """A version or a weight in a template would undo a deploy with the next update of the stack."""
    keys = {key for key, _ in walk(LOADED[name])}
    assert keys.isdisjoint({"VersionLabel", "ForwardConfig", "TargetGroups", "Weight", "TemplateName"})
    assert "AWS::ElasticBeanstalk::ApplicationVersion" not in templates.read(name)


def test_our_options_pass_our_own_check() -> None:
    """cfn-lint knows none of them."""
    assert check(read_options(templates.read("environment"))) == ()


def number(namespace: str, name: str) -> float:
    value = OPTIONS[Key(namespace, name)]
    assert value is not None
    return float(value)


PROCESS = "aws:elasticbeanstalk:environment:process:default"
SERVICE = "aws:elasticbeanstalk:application:environment"


def test_each_keeps_a_connection_shorter_than_whom_it_calls() -> None:
    """CloudFront closes before the balancer does, so that no request meets a connection that is closing."""
    [balancer] = resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    attributes = {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}
    idle = int(attributes["idle_timeout.timeout_seconds"])
    kept = [value for _, edge in edges() for key, value in walk(edge) if key == "OriginKeepaliveTimeout"]
    assert len(kept) == 2
    assert max(kept) < idle


def test_a_drain_has_time_at_each_level() -> None:
    """Checks notice it within the grace; running requests end within the drain; the balancer waits for both."""
    noticed = number(PROCESS, "HealthCheckInterval") * number(PROCESS, "UnhealthyThresholdCount")
    grace, drain = number(SERVICE, "OGROM_DRAIN_GRACE"), number(SERVICE, "OGROM_DRAIN_TIMEOUT")
    assert noticed + number(PROCESS, "HealthCheckTimeout") < grace
    assert number(SERVICE, "OGROM_REQUEST_TIMEOUT") < drain
    assert grace + drain < number(PROCESS, "DeregistrationDelay")
    waits = [value for _, edge in edges() for key, value in walk(edge) if key == "OriginReadTimeout"]
    assert min(waits) > number(SERVICE, "OGROM_REQUEST_TIMEOUT")


def edges() -> list[tuple[str, dict[str, Any]]]:
    """Both distributions in front of the service."""
    found = resources("AWS::CloudFront::Distribution").items()
    return [(name, each["DistributionConfig"]) for name, each in found if name.startswith("edge.")]


def test_the_edge_keeps_as_long_as_the_service_says_and_no_error() -> None:
    """A minimum would overrule no-store, a default would keep what says nothing, and a 503 would last."""
    policy = resources("AWS::CloudFront::CachePolicy")["edge.Caching"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    config = dict(edges())["edge.Live"]
    kept = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in config["CustomErrorResponses"]}
    assert kept == dict.fromkeys((400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504), 0)


@pytest.mark.parametrize("name", [name for name, _ in edges()])
def test_the_edge_lets_every_method_through_and_changes_no_tag(name: str) -> None:
    """Only GET and HEAD are kept; compression at the edge would weaken the tags that If-Match needs."""
    behaviour = dict(edges())[name]["DefaultCacheBehavior"]
    assert set(behaviour["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert set(behaviour["CachedMethods"]) == {"GET", "HEAD"}
    assert behaviour["Compress"] is False


BUCKETS = resources("AWS::S3::Bucket")


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_private_encrypted_over_tls_and_kept(name: str) -> None:
    """And forgets something some day."""
    template, resource = name.split(".")
    bucket = BUCKETS[name]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket
    assert bucket["LifecycleConfiguration"]["Rules"]
    assert LOADED[template]["Resources"][resource]["DeletionPolicy"] == "Retain"
    [policy] = [
        each for each in resources("AWS::S3::BucketPolicy").values() if each["Bucket"] == {"Ref": resource}
    ]
    assert {"aws:SecureTransport": "false"} in [
        statement["Condition"].get("Bool") for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_only_cloudfront_reaches_the_balancer_and_only_that_the_instances() -> None:
    """Nothing is open to an address."""
    groups = resources("AWS::EC2::SecurityGroup")
    sources = {
        name: [
            {key for key in rule if key.startswith(("Source", "Cidr"))}
            for rule in group.get("SecurityGroupIngress", ())
        ]
        for name, group in groups.items()
    }
    assert sources == {
        "balancer.BalancerGroup": [{"SourcePrefixListId"}],
        "balancer.InstanceGroup": [{"SourceSecurityGroupId"}],
        "migration.TaskGroup": [],
    }
    [balancer] = resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    assert balancer["Scheme"] == "internal"


@pytest.mark.parametrize(
    ("role", "workflow"), [("access.DeployRole", "deploy"), ("index.PublishRole", "release")]
)
def test_a_role_is_for_one_environment_of_one_repository(role: str, workflow: str) -> None:
    """The one that the workflow's job is in; it says which branches may."""
    [statement] = resources("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]["Fn::Sub"]
    repository, environment = subject.split(":environment:")
    assert repository == "repo:${Repository}"
    jobs = yaml.safe_load((ROOT / f".github/workflows/{workflow}.yml").read_text(encoding="utf-8"))["jobs"]
    with_power = [job for job in jobs.values() if "id-token" in job.get("permissions", {})]
    assert {job["environment"] for job in with_power} == {environment}


ANYTHING = {
    "access.DeployRole": {"LogIn", "DescribeATask", "Look"},
    "access.InstanceRole": {"LogIn"},
    "access.MigrationRole": {"LogIn"},
}
"""What may be done to everything: where AWS has no smaller resource, and to look."""


@pytest.mark.parametrize("name", resources("AWS::IAM::Role"))
def test_a_role_may_do_what_it_does_to_what_is_ours(name: str) -> None:
    """Resources are named, except where AWS has none to name."""
    statements = [
        statement
        for policy in resources("AWS::IAM::Role")[name].get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    assert {each["Sid"] for each in statements if each["Resource"] == "*"} == ANYTHING.get(name, set())
    assert not [each for each in statements if each["Action"] == "*"]


def test_the_index_is_the_one_that_its_page_describes() -> None:
    """The function to the letter, and the statement that keeps a wheel from being overwritten."""
    page = (ROOT / "docs" / "wheels.md").read_text(encoding="utf-8")
    [function] = re.findall(r"```javascript\n(.*?)```", page, re.DOTALL)
    assert resources("AWS::CloudFront::Function")["index.Pages"]["FunctionCode"] == function
    deny = json.loads(
        next(block for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "Deny" in block)
    )
    [ours] = [
        each
        for each in resources("AWS::S3::BucketPolicy")["index.IndexPolicy"]["PolicyDocument"]["Statement"]
        if each["Sid"] == "NobodyOverwrites"
    ]
    assert {key: ours[key] for key in ("Effect", "Action", "Condition")} == {
        key: deny[key] for key in ("Effect", "Action", "Condition")
    }


def test_the_environments_by_themselves_are_closed() -> None:
    """They are production's data without its limits: nobody sees them whom nobody has named."""
    acls = resources("AWS::WAFv2::WebACL")
    assert acls["firewall.Addresses"]["DefaultAction"] == {"Block": {}}
    assert LOADED["firewall"]["Parameters"]["Networks"]["Default"] == ""
    assert dict(edges())["edge.Addresses"]["WebACLId"] == {"Ref": "AddressesWebAcl"}


def test_one_address_may_ask_so_often_and_no_more() -> None:
    """At the edge, and in the service, which knows users too."""
    rates = [
        value
        for key, value in walk(resources("AWS::WAFv2::WebACL")["firewall.Live"])
        if key == "RateBasedStatement"
    ]
    assert [each["AggregateKeyType"] for each in rates] == ["IP"]
    assert dict(edges())["edge.Live"]["WebACLId"] == {"Ref": "WebAcl"}
    parameters = LOADED["edge"]["Parameters"]
    assert all("Default" not in parameters[name] for name in ("WebAcl", "AddressesWebAcl"))
    # As the service reads them, which may not be imported here.
    assert re.fullmatch(
        r"[0-9]+/(second|minute|hour|day)", LOADED["environment"]["Parameters"]["RateLimit"]["Default"]
    )


def test_only_a_task_on_the_database_may_change_tables() -> None:
    """Its role alone reads the URL of that user, and only ECS is given the role."""
    roles = resources("AWS::IAM::Role")
    secret = "parameter/${Name}-migration/*"
    assert [name for name, role in roles.items() if secret in json.dumps(role)] == ["access.MigrationRole"]
    assert "parameter/${Name}/*" in json.dumps(roles["access.InstanceRole"])
    [passed] = [
        each
        for policy in roles["access.DeployRole"]["Policies"]
        for each in policy["PolicyDocument"]["Statement"]
        if each["Sid"] == "HandOnMigrationRole"
    ]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    [trusted] = roles["access.MigrationRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert "migration" not in templates.read("environment")


def test_an_instance_reads_nothing_of_another_environment() -> None:
    """Beanstalk keeps all environments' logs in one bucket; ours go to CloudWatch."""
    role = resources("AWS::IAM::Role")["access.InstanceRole"]
    assert "resources/environments" not in json.dumps(role)
