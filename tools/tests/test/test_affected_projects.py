import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.test.affected import NOTHING, affected, affected_since, main


@pytest.fixture
def workspace(tmp_path: Path, add_project: Callable[..., Path]) -> Workspace:
    """`web` runs on `b`, which runs on `a`; the tests of `c` need `a`."""
    add_project("libs/a")
    add_project("libs/b", "ogrom-a")
    add_project("libs/c", deps="ogrom-a")
    add_project("libs/d")
    add_project("services/web", "ogrom-b")
    add_project("tools")
    return discover(tmp_path)


def names(workspace: Workspace, *paths: str) -> set[str]:
    return {each.name for each in affected(workspace, paths)}


def test_a_change_reaches_all_that_depend_on_it(workspace: Workspace) -> None:
    """Through others too, and through what only tests need; the tools' tests look at everything."""
    assert names(workspace, "libs/a/src/ogrom/a/new.py") == {"a", "b", "c", "web", "tools"}
    assert names(workspace, "libs/b/README.md", "libs/d/tox.ini") == {"b", "d", "web", "tools"}
    assert names(workspace, "services/web/gone.py") == {"web", "tools"}


def test_no_change_reaches_nobody(workspace: Workspace) -> None:
    """There is nothing to test then."""
    assert affected(workspace, ()) == ()


@pytest.mark.parametrize(
    "path", ["noxfile.py", "dev", "tools/src/x.py", ".github/workflows/ci.yml", "docs/a.md"]
)
def test_what_belongs_to_all_reaches_all(workspace: Workspace, path: str) -> None:
    """The root's files, the tools, the workflows, the documents."""
    assert affected(workspace, [path]) == workspace.projects


def test_a_path_that_nobody_would_test_is_an_error(workspace: Workspace) -> None:
    """It says where it might belong."""
    stray = workspace.root / "libs" / "young" / "module.py"
    stray.parent.mkdir()
    stray.touch()
    with pytest.raises(Failed, match=r"libs/young/module\.py belongs to no project"):
        affected(workspace, ["libs/a/README.md", "libs/young/module.py"])


def test_a_folder_whose_name_only_begins_like_a_project_is_another(workspace: Workspace) -> None:
    """libs/abc is not in libs/a."""
    (workspace.root / "libs" / "abc").mkdir()
    (workspace.root / "libs" / "abc" / "x.py").touch()
    with pytest.raises(Failed, match="belongs to no project"):
        affected(workspace, ["libs/abc/x.py"])


def test_a_project_that_is_gone_concerns_all(workspace: Workspace) -> None:
    """Who had needed it can no longer be read."""
    assert affected(workspace, ["libs/gone/pyproject.toml"]) == workspace.projects


def test_every_file_of_this_repository_has_a_place() -> None:
    """So that no change of one stops CI."""
    paths = Repository(ROOT)("ls-files", "-z").split("\0")
    assert affected(discover(), filter(None, paths)) == discover().projects


@pytest.fixture
def repository(workspace: Workspace, commit: Callable[..., str]) -> Repository:
    """The workspace, committed."""
    commit(workspace.root, "First")
    return Repository(workspace.root)


def test_it_is_asked_since_a_commit(repository: Repository, commit: Callable[..., str]) -> None:
    """What is committed and what is not."""
    first = repository.commit()
    (repository.root / "libs" / "d" / "committed.py").touch()
    commit(repository.root, "Second")
    (repository.root / "services" / "web" / "untracked.py").touch()
    found = affected_since(discover(repository.root), first)
    assert {each.name for each in found} == {"d", "web", "tools"}


def test_a_new_branch_affects_all(repository: Repository) -> None:
    """GitHub has no commit before it to compare with."""
    assert len(affected_since(discover(repository.root), NOTHING)) == 6


def run(repository: Repository, *arguments: str, **env: str) -> str:
    result = CliRunner(env=env).invoke(
        main, [*arguments, "--root", str(repository.root)], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_tells_people_and_machines(repository: Repository) -> None:
    """A table, or a list of names."""
    assert run(repository, "--since", "HEAD") == "Nothing has changed since HEAD.\n"
    assert json.loads(run(repository, "--since", "HEAD", "--json")) == []
    (repository.root / "libs" / "b" / "new.py").touch()
    assert set(json.loads(run(repository, "--since", "HEAD", "--json"))) == {"b", "web", "tools"}
    assert "web" in run(repository, "--since", "HEAD")


def test_a_workflow_reads_its_matrix_from_the_outputs(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`any` is apart, since GitHub refuses an empty matrix."""
    output = tmp_path_factory.mktemp("step") / "output"
    output.write_text("other=1\n")
    run(repository, "--since", "HEAD", "--github", GITHUB_OUTPUT=str(output))
    (repository.root / "libs" / "d" / "new.py").touch()
    run(repository, "--since", "HEAD", "--github", GITHUB_OUTPUT=str(output))
    assert output.read_text().splitlines() == [
        "other=1",
        "projects=[]",
        "any=false",
        'projects=["d", "tools"]',
        "any=true",
    ]


def test_outside_of_a_workflow_there_are_no_outputs(repository: Repository) -> None:
    """It says so instead of doing nothing."""
    arguments = ["--since", "HEAD", "--github", "--root", str(repository.root)]
    result = CliRunner(env={"GITHUB_OUTPUT": ""}).invoke(main, arguments)
    assert result.exit_code == 1
    assert "GITHUB_OUTPUT names a file" in result.output
