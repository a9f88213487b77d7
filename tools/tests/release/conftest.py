from pathlib import Path

import pytest

from ogrom_tools.testing.workshop import Script, Workshop


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """What the neighbours say in this test."""
    script = Script()
    script.replace(monkeypatch)
    return script


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The repository that each test gets a copy of."""
    return Workshop.made(tmp_path_factory.mktemp("template") / "workshop")


@pytest.fixture
def workshop(tmp_path: Path, template: Workshop) -> Workshop:
    """A repository of two libraries and a service."""
    return Workshop.copy(template, tmp_path / "workshop")


@pytest.fixture(scope="session")
def released_template(tmp_path_factory: pytest.TempPathFactory, template: Workshop) -> Workshop:
    """The repository after a release of each library."""
    root = tmp_path_factory.mktemp("released") / "workshop"
    workshop = Workshop.copy(template, root)
    with pytest.MonkeyPatch.context() as patch:
        Script().replace(patch)
        workshop.release("plates")
        workshop.release("cups")
    workshop.change("plates")
    return workshop


@pytest.fixture
def released(tmp_path: Path, released_template: Workshop) -> Workshop:
    """Both libraries are released, and plates has changed since."""
    return Workshop.copy(released_template, tmp_path / "released")
