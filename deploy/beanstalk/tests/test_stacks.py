"""The stacks in moto, which makes of them what it can: storage, roles, the balancer and the environments' addresses."""

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ogrom_deploy import templates
from ogrom_deploy.options import load

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Tried to parse AWS")]

REGION = "eu-central-1"


def client(service: str) -> Any:
    """One of AWS's, of a service whose types we do not have."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


def make(name: str, template: str, **parameters: str) -> None:
    """Make a stack; in JSON, since moto reads the short forms of YAML only where they are not nested."""
    client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=json.dumps(load(templates.read(template))),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )


def outputs(name: str) -> dict[str, str]:
    [stack] = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def target_group(colour: str, vpc: str) -> str:
    """As Beanstalk makes one."""
    made = client("elbv2").create_target_group(
        Name=f"awseb-{colour}", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


@pytest.fixture(scope="module")
def groups() -> Iterator[dict[str, str]]:
    """An account in which all is made that moto can make; the target groups by colour."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "nothing")
        network = client("ec2")
        vpc = network.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnets = [each["SubnetId"] for each in network.describe_subnets()["Subnets"]]
        prefixes = network.create_managed_prefix_list(
            PrefixListName="cloudfront", MaxEntries=5, AddressFamily="IPv4"
        )["PrefixList"]["PrefixListId"]
        certificate = client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
        make("ogrom-storage", "storage")
        make("ogrom-access", "access", Repository="someone/ogrom")
        make(
            "ogrom-balancer",
            "balancer",
            Vpc=vpc,
            Subnets=",".join(subnets[:2]),
            Certificate=certificate,
            CloudFrontPrefixList=prefixes,
        )
        made = {colour: target_group(colour, vpc) for colour in ("blue", "green")}
        for colour, group in made.items():
            make(
                f"ogrom-{colour}-address", "address", Colour=colour, Host="api.example.com", TargetGroup=group
            )
        yield made


def test_each_environment_is_seen_under_its_own_host_and_nothing_else_is(groups: dict[str, str]) -> None:
    """The listener forwards by host, and says 421 to all others until the rule with the weights is made."""
    rules = client("elbv2").describe_rules(ListenerArn=outputs("ogrom-balancer")["Listener"])["Rules"]
    hosts = {
        condition["HostHeaderConfig"]["Values"][0]: rule["Actions"][0]["TargetGroupArn"]
        for rule in rules
        for condition in rule["Conditions"]
    }
    assert hosts == {f"{colour}.api.example.com": group for colour, group in groups.items()}
    [default] = [rule for rule in rules if rule["IsDefault"]]
    assert default["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "421"


@pytest.mark.usefixtures("groups")
def test_only_the_balancer_reaches_the_instances() -> None:
    """And it has no public address itself."""
    [balancer] = client("elbv2").describe_load_balancers()["LoadBalancers"]
    told = outputs("ogrom-balancer")
    assert (balancer["Scheme"], balancer["SecurityGroups"]) == ("internal", [told["BalancerGroup"]])
    [instances] = client("ec2").describe_security_groups(GroupIds=[told["InstanceGroup"]])["SecurityGroups"]
    [rule] = instances["IpPermissions"]
    assert [each["GroupId"] for each in rule["UserIdGroupPairs"]] == [told["BalancerGroup"]]
    assert (rule["FromPort"], rule["ToPort"], rule["IpRanges"]) == (80, 80, [])


@pytest.mark.usefixtures("groups")
def test_a_label_in_the_registry_is_for_ever() -> None:
    """So that a rollback gets what ran."""
    [made] = client("ecr").describe_repositories()["repositories"]
    assert made["imageTagMutability"] == "IMMUTABLE"
    assert made["repositoryUri"] == outputs("ogrom-storage")["Images"]


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize("role", ["ogrom-deploy", "ogrom-instance", "ogrom-migration", "ogrom-operations"])
def test_a_roles_resources_are_in_this_account(role: str) -> None:
    """Every reference in them was resolved, those to other stacks too."""
    access = client("iam")
    [policy] = access.list_role_policies(RoleName=role)["PolicyNames"]
    document = str(access.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"])
    named = re.findall(r"arn:[^'\"]+", document)
    assert named
    assert "Fn::" not in document
    assert "${" not in document
    accounts = {found[1] for each in named if (found := re.match(r"arn:aws:[\w-]+:[\w-]*:(\d+):", each))}
    buckets = {each.partition(":::")[2].partition("/")[0] for each in named if ":s3:::" in each}
    assert accounts <= {"123456789012"}
    assert all(each.endswith(("123456789012-eu-central-1", "eu-central-1-123456789012")) for each in buckets)
