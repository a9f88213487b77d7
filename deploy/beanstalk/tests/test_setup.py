"""The first-time set-up of docs/deploy.md, run as it stands there, with programs in the place of AWS and GitHub."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from ogrom_deploy import templates
from ogrom_deploy.options import Key, load, read_options

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
SCRIPT = "set -euo pipefail\n" + "".join(re.findall(r"^```bash\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))

DATABASE_URL = r"mysql://ogrom:pass\word %s$HOME@database:3306/ogrom"
"""What is typed in; a shell could spoil it in four ways."""
MIGRATION_URL = DATABASE_URL.replace("ogrom:", "ogrom_migration:")

# What the commands print; and each of them with its standard input, a line of JSON.
STAND_IN = """#!{python}
import json, pathlib, re, sys
name, arguments = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
given = sys.stdin.read() if "file:///dev/stdin" in arguments else ""
with open({log!r}, "a") as log:
    log.write(json.dumps([name, arguments, given]) + "\\n")
line = " ".join([name, *arguments])
if found := re.search(r"--stack-name (\\S+) .*OutputKey==.(\\w+).", line):
    acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/" if found[2].endswith("WebAcl") else ""
    print(f"{{acl}}{{found[1]}}/{{found[2]}}")
elif "describe-environment-resources" in line:
    print("awseb-" + re.search("ogrom-(blue|green)", line)[1])
elif found := re.search("--auto-scaling-group-names awseb-(blue|green)", line):
    print(f"arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/awseb-{{found[1]}}/0123456789abcdef")
elif "list-platform-versions" in line:
    arn = "arn:aws:elasticbeanstalk:eu-central-1::platform/Docker running on 64bit Amazon Linux 2023/"
    print(*(f"{{version}}\\t{{arn}}{{version}}" for version in ("4.9.0", "4.12.3", "4.2.1")), sep="\\n")
elif "describe-managed-prefix-lists" in line:
    print("pl-a3a144ca")
elif "request-certificate" in line:
    region = arguments[arguments.index("--region") + 1]
    print(f"arn:aws:acm:{{region}}:123456789012:certificate/1")
elif "create-rule" in line:
    print("arn:of:the:rule")
elif name == "curl":
    print("x-cache: Hit from cloudfront")
"""


@dataclass(frozen=True)
class Call:
    """A program that the set-up ran.

    Attributes:
        program: aws, gh or curl.
        arguments: its.
        given: its standard input, where it read that.
    """

    program: str
    arguments: list[str]
    given: str

    def option(self, name: str) -> str:
        """The value of an option."""
        return self.arguments[self.arguments.index(name) + 1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the set-up runs, and where its programs are."""
    return tmp_path_factory.mktemp("setup")


@pytest.fixture(scope="module")
def calls(folder: Path) -> list[Call]:
    """All that the set-up ran, from its first line to its last."""
    log = folder / "log"
    for name in ("aws", "gh", "curl"):
        program = folder / name
        program.write_text(STAND_IN.format(python=sys.executable, log=str(log)), encoding="utf-8")
        program.chmod(0o755)
    bash = shutil.which("bash")
    assert bash is not None
    (folder / "deploy").symlink_to(ROOT / "deploy")
    done = subprocess.run(
        [bash, "-c", SCRIPT],
        cwd=folder,  # deploy.toml is written there
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        input=f"{DATABASE_URL}\n{MIGRATION_URL}\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "command not found" not in done.stderr
    return [Call(*json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]


def deployed(calls: list[Call]) -> list[tuple[str, str, dict[str, str]]]:
    """Each stack that is made: its name, its template and its parameters."""
    found = []
    for call in calls:
        if call.arguments[:2] == ["cloudformation", "deploy"]:
            given = (
                call.arguments[call.arguments.index("--parameter-overrides") + 1 :]
                if "=" in call.arguments[-1]
                else []
            )
            parameters = dict(each.split("=", 1) for each in given)
            found.append((call.option("--stack-name"), Path(call.option("--template-file")).stem, parameters))
    return found


@pytest.mark.slow
def test_every_stack_is_made_in_the_order_of_what_they_import(calls: list[Call]) -> None:
    """And the page's table has them all."""
    made = deployed(calls)
    order = [templates.ORDER.index(template) for _, template, _ in made]
    assert set(order) == set(range(len(templates.ORDER)))
    environment, address = templates.ORDER.index("environment"), templates.ORDER.index("address")
    pairs = {(environment, address), (address, environment)}
    assert [pair for pair in pairwise(order) if pair[0] > pair[1] and pair not in pairs] == []
    for name, template, _ in made:
        assert re.search(rf"\| [^|]*\b{name}\b[^|]* \| {template} \|", PAGE), name


@pytest.mark.slow
def test_each_stack_gets_the_parameters_that_its_template_has(calls: list[Call]) -> None:
    """All that have no default, none that is unknown, and each as the template wants it."""
    for name, template, parameters in deployed(calls):
        declared: dict[str, dict[str, Any]] = load(templates.read(template))["Parameters"]
        assert parameters.keys() <= declared.keys(), name
        assert {key for key, each in declared.items() if "Default" not in each} <= parameters.keys(), name
        for key, value in parameters.items():
            assert re.fullmatch(declared[key].get("AllowedPattern", ".+"), value), f"{name}: {key}={value}"
            assert value in declared[key].get("AllowedValues", [value]), f"{name}: {key}={value}"


@pytest.mark.slow
def test_the_newest_platform_is_taken(calls: list[Call]) -> None:
    """By its version and not by its place in the list."""
    platforms = {
        parameters["Platform"] for _, template, parameters in deployed(calls) if template == "environment"
    }
    assert {each.rpartition("/")[2] for each in platforms} == {"4.12.3"}


@pytest.mark.slow
def test_what_is_asked_of_a_stack_it_tells(calls: list[Call]) -> None:
    """It was made before, and has that output."""
    made: dict[str, str] = {}
    asked = 0
    for call in calls:
        if call.arguments[:2] == ["cloudformation", "deploy"]:
            made[call.option("--stack-name")] = Path(call.option("--template-file")).stem
        elif call.arguments[:2] == ["cloudformation", "describe-stacks"]:
            [key] = re.findall(r"OutputKey=='(\w+)'", call.option("--query"))
            assert key in load(templates.read(made[call.option("--stack-name")]))["Outputs"]
            asked += 1
    assert asked > 3


@pytest.mark.slow
def test_the_rule_divides_the_hosts_traffic_between_both_environments(calls: list[Call]) -> None:
    """Blue has all of it in the beginning; no template says so."""
    [call] = [each for each in calls if each.arguments[:2] == ["elbv2", "create-rule"]]
    assert call.option("--listener-arn") == "ogrom-balancer/Listener"
    assert call.option("--conditions") == "Field=host-header,HostHeaderConfig={Values=[api.example.com]}"
    weights = re.findall(r"TargetGroupArn=[^,]*awseb-(\w+)/[^,]*,Weight=(\d+)", call.option("--actions"))
    assert weights == [("blue", "100"), ("green", "0")]


@pytest.mark.slow
def test_secrets_are_read_from_standard_input_and_are_those_of_the_environment(calls: list[Call]) -> None:
    """So that no list of processes shows them."""
    stored = {call.option("--name"): call for call in calls if call.arguments[:2] == ["ssm", "put-parameter"]}
    environment = templates.read("environment")
    assert set(stored) - {"/ogrom-migration/database-url"} == {
        f"/ogrom/{name}" for name in re.findall(r"parameter/\$\{Name\}/([\w-]+)", environment)
    }
    assert stored["/ogrom-migration/database-url"].given == MIGRATION_URL
    assert all(call.given and call.option("--type") == "SecureString" for call in stored.values())
    assert stored["/ogrom/database-url"].given == DATABASE_URL
    assert len(stored["/ogrom/token-key"].given) >= 64


@pytest.mark.slow
def test_every_command_is_one_that_aws_has(calls: list[Call]) -> None:
    """By botocore's models, from which the CLI is made: the operation, its parameters, and those that it needs."""
    session = botocore.session.Session()
    own = {("cloudformation", "deploy"), ("acm", "wait")}  # the CLI's, and no operation
    seen = set()
    for call in calls:
        if call.program != "aws" or tuple(call.arguments[:2]) in own:
            continue
        service, name, *rest = call.arguments
        model = session.get_service_model(service)
        operations = {xform_name(each, "-"): each for each in model.operation_names}
        shape = model.operation_model(operations[name]).input_shape
        assert shape is not None
        known = {xform_name(member, "-"): member for member in shape.members}
        given = {word[2:] for word in rest if word.startswith("--")} - {"output", "query", "region"}
        assert given <= known.keys(), call.arguments
        assert set(shape.required_members) <= {known[each] for each in given}, call.arguments
        seen.add((service, name))
    assert len(seen) > 8


@pytest.mark.slow
def test_the_workflow_finds_all_that_it_asks_for(calls: list[Call]) -> None:
    """Every variable that it reads is set, in the environment that is main's only."""
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    set_up = {call.arguments[-3] for call in calls if call.arguments[:2] == ["variable", "set"]}
    assert set(re.findall(r"\bvars\.(\w+)", workflow)) == set_up
    requests = [call.arguments for call in calls if call.arguments[:1] == ["api"]]
    assert any("environments/production/deployment-branch-policies" in " ".join(each) for each in requests)
    assert requests[-1][-1] == "name=main"


@pytest.mark.slow
def test_the_deploy_program_is_told_where_everything_is(calls: list[Call], folder: Path) -> None:
    """What the stacks have made, and as many instances as the template says."""
    assert calls
    options = {each.key: each.value for each in read_options(templates.read("environment"))}
    assert tomllib.loads((folder / "deploy.toml").read_text(encoding="utf-8")) == {
        "region": "eu-central-1",
        "beanstalk": {
            "bucket": "ogrom-storage/Deployments",
            "rule": "arn:of:the:rule",
            "least": int(options[Key("aws:autoscaling:asg", "MinSize")] or ""),
            "most": int(options[Key("aws:autoscaling:asg", "MaxSize")] or ""),
            "addresses": {
                "blue": "https://blue.api.example.com",
                "green": "https://green.api.example.com",
            },
            "tasks": {
                "cluster": "ogrom-migration/Cluster",
                "role": "ogrom-access/MigrationRole",
                "secret": "ogrom-migration/Secret",
                "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                "group": "ogrom-migration/TaskGroup",
                "log": "ogrom-migration/Log",
                "database": "ogrom",
            },
        },
    }
