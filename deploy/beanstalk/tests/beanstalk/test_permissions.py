"""The table of permissions, beside what the code calls and what the template allows."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from botocore import xform_name
from botocore.session import get_session

import ogrom_deploy
from ogrom_deploy.beanstalk.permissions import ACTIONS, actions, needed

PACKAGE = Path(ogrom_deploy.__file__).parent
DOCUMENT = Path(__file__).parents[4] / "docs" / "beanstalk.md"
TEMPLATE = PACKAGE / "templates" / "access.yaml"


def written() -> Iterator[tuple[str, str]]:
    """Every operation that the adapter's code names, by service."""
    operations = {
        service: {xform_name(name): name for name in get_session().get_service_model(service).operation_names}
        for service in ACTIONS
    }
    for path in (PACKAGE / "beanstalk").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Attribute(attr=method, value=ast.Attribute(attr=service)) if service in ACTIONS:
                    if name := operations[service].get(method):
                        yield service, name
                case ast.Attribute(attr=method, value=ast.Attribute(attr="client")):
                    yield from (("s3", name) for name in [operations["s3"].get(method)] if name)
                case ast.Call(
                    func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(method))]
                ):
                    yield from (
                        (each, found[method]) for each, found in operations.items() if method in found
                    )


def test_the_table_has_what_the_code_calls() -> None:
    """No more and no less, so that the deploy role can be as small as it is."""
    assert set(written()) == {(service, name) for service, found in ACTIONS.items() for name in found}


def test_an_error_finds_what_is_needed() -> None:
    """By the operation's name alone; of an unknown one nothing is said."""
    assert needed("ModifyRule") == ("elasticloadbalancing:ModifyRule",)
    assert needed("ListObjectsV2") == ("s3:ListBucket",)
    assert needed("Nonsense") == ()


def test_the_document_tells_them_all() -> None:
    """Whoever makes a role by hand reads them there."""
    rows = re.findall(
        r"^\| ([a-z0-9]+)(?:, in the bucket)? \| ((?:`[A-Za-z0-9]+`(?:, )?)+) \|$",
        DOCUMENT.read_text(),
        re.MULTILINE,
    )
    told = {f"{service}:{name}" for service, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == actions()


def test_the_template_allows_what_is_needed() -> None:
    """Each action is one that the deploy role has, by name or by a pattern."""
    text = TEMPLATE.read_text()
    role = text[text.index("  DeployRole:") : text.index("  InstanceRole:")]
    allowed = re.findall(r"[a-z0-9]+:[A-Z][A-Za-z]*\*?", role)
    assert [each for each in sorted(actions()) if not any(fnmatchcase(each, a) for a in allowed)] == []
