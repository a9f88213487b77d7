from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.projects import Workspace, discover
from ogrom_tools.test import debian

DEBIAN = '[tool.ogrom.debian.sources]\nsome-server = "some-daemon"\nother-server = "sh"\n'
FAKE = '#!/bin/sh\necho "$0 $DEBIAN_FRONTEND $*" >> "$LOG"\n'


@pytest.fixture
def workspace(tmp_path: Path, add_project: Callable[..., Path]) -> Workspace:
    (tmp_path / "pyproject.toml").write_text(DEBIAN)
    add_project("libs/sources")
    add_project("libs/http")
    add_project("services/api", "ogrom-sources")
    return discover(tmp_path)


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that says whether packages may start services."""
    monkeypatch.setattr(debian, "POLICY", str(path := tmp_path / "policy-rc.d"))
    return path


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a fake apt-get was asked."""
    monkeypatch.setenv("LOG", str(log := tmp_path / "log"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "apt-get").write_text(FAKE)
    (tmp_path / "bin" / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return log


@pytest.mark.parametrize(
    ("name", "packages"), [("http", []), ("sources", ["some-server"]), ("api", ["some-server"])]
)
def test_whoever_depends_on_it_needs_it_too(workspace: Workspace, name: str, packages: list[str]) -> None:
    """A package whose program is there is not missing, whoever put it there."""
    assert debian.missing(workspace, [workspace[name]]) == packages


def test_what_is_no_project_may_need_some_too(workspace: Workspace) -> None:
    """It is found in the table by its name."""
    assert debian.missing(workspace, [], "sources") == ["some-server"]
    assert debian.missing(workspace, [workspace["http"]], "unknown") == []


def test_root_installs_what_is_missing(
    workspace: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a question, without more than is needed and without removing anything."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    debian.ensure(workspace, workspace)
    update, install = log.read_text().splitlines()
    assert update.endswith("apt-get noninteractive update")
    assert install.endswith("install --yes --no-install-recommends --no-remove some-server")


@pytest.mark.parametrize("own", [None, "#!/bin/sh\nexit 0\n"])
def test_no_service_is_started(
    workspace: Workspace, log: Path, policy: Path, monkeypatch: pytest.MonkeyPatch, own: str | None
) -> None:
    """While packages are installed they are told not to, unless the machine has a rule of its own; then as before."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    (log.parent / "bin" / "apt-get").write_text(f'#!/bin/sh\nsh {policy}; echo "$1 $?" >>"$LOG"\n')
    if own:
        policy.write_text(own)
    debian.ensure(workspace, workspace)
    assert log.read_text() == ("update 0\ninstall 0\n" if own else "update 101\ninstall 101\n")
    assert (policy.read_text() if policy.exists() else None) == own


def test_others_are_told_the_command(
    workspace: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exactly as they can run it; nothing is done for them."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(log.parent / "bin"))
    with pytest.raises(Failed, match=r"sudo apt-get install .*some-server$"):
        debian.ensure(workspace, [workspace["sources"]])
    assert not log.exists()


def test_sudo_without_a_password_is_as_good_as_root(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked never to ask."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    sudo = log.parent / "bin" / "sudo"
    sudo.write_text(FAKE)
    sudo.chmod(0o755)
    assert debian.as_root() == ("sudo", "--non-interactive")
    sudo.write_text("#!/bin/sh\nexit 1\n")
    assert debian.as_root() is None


def test_a_failing_installation_is_told(
    workspace: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Apt-get itself has said why."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    (log.parent / "bin" / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    with pytest.raises(Failed, match="Could not run: apt-get update"):
        debian.ensure(workspace, workspace)


def test_nothing_happens_when_nothing_is_missing(workspace: Workspace, log: Path) -> None:
    """No network and no root needed."""
    debian.ensure(workspace, [workspace["http"]])
    assert not log.exists()


def test_whoever_needs_packages_says_so(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is no project installs by the same way, and names itself where it may not."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    debian.install((), "The peer needs")
    assert not log.exists()
    debian.install(("some-server",), "The peer needs")
    assert log.read_text().endswith("--no-remove some-server\n")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(log.parent / "bin"))
    with pytest.raises(Failed, match=r"The peer needs Debian packages. Run: sudo apt-get .*some-server$"):
        debian.install(("some-server",), "The peer needs")
