import dataclasses
import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from ogrom_tools import ledger as ledgers
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.release import landing as landings
from ogrom_tools.release.building import entry
from ogrom_tools.release.candidate import prepare
from ogrom_tools.release.landing import Landing, record
from ogrom_tools.release.testing import Workshop
from ogrom_tools.wheelhouse import Wheel

PLACE = "libs/plates"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, template: Workshop) -> Workshop:
    """The repository with a release of plates that is ready for the branch; its wheel does not matter."""
    root = tmp_path_factory.mktemp("ready") / "workshop"
    shutil.copytree(template.root, root)
    workshop = Workshop(root)
    candidate = prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    record(
        candidate, entry(candidate, Wheel(Path("ogrom_plates-1.0.0-py3-none-any.whl"), "a" * 64, "b" * 64))
    )
    return workshop


@pytest.fixture
def landing(workshop: Workshop) -> Landing:
    """That release."""
    landing = landings.find(workshop.repository, PLACE)
    assert landing is not None
    return landing


def test_it_adds_one_line_to_the_ledger(workshop: Workshop, landing: Landing) -> None:
    """On top of the candidate; the branch does not know yet."""
    assert landing.release.version == "1.0.0"
    assert landing.base == workshop.repository.commit()
    assert not landing.has_landed
    assert workshop.ledger == Ledger()
    assert landings.find(workshop.repository, PLACE) == landing


def test_the_branch_moves_on_with_the_work_tree(workshop: Workshop, landing: Landing) -> None:
    """Once; done again, nothing happens."""
    for _ in range(2):
        landing.land()
        assert workshop.repository.commit() == landing.commit
        assert workshop.repository("status", "--porcelain") == ""
        assert landing.has_landed
    assert workshop.ledger.releases == (landing.release,)


def test_what_others_edit_stays(workshop: Workshop, landing: Landing) -> None:
    """A file that no release changes is none of its business."""
    readme = workshop.root / "README.md"
    readme.write_text("Mine.")
    landing.land()
    assert workshop.repository("status", "--porcelain") == "?? README.md"


def test_a_file_in_the_way_stops_it(workshop: Workshop, landing: Landing) -> None:
    """It is named, and nothing has moved."""
    (workshop.root / ledgers.FILE).write_text("Mine.")
    with pytest.raises(Failed, match=r"(?s)releases\.toml.*run the same command again"):
        landing.land()
    assert not landing.has_landed
    assert (workshop.root / ledgers.FILE).read_text() == "Mine."


def test_the_tag_has_the_message_and_is_made_once(workshop: Workshop, landing: Landing) -> None:
    """Lines that begin with # are headings in it, no comments."""
    landing.land()
    for _ in range(2):
        assert landing.mark("ogrom-plates 1.0.0\n\n### Added\n\n- All.\n") == "plates-v1.0.0"
    message = workshop.repository("tag", "--list", "--format=%(contents)", "plates-v1.0.0")
    assert message == "ogrom-plates 1.0.0\n\n### Added\n\n- All.\n"
    assert workshop.repository.commit("plates-v1.0.0") == landing.commit


def test_it_has_landed_on_whichever_branch(workshop: Workshop, landing: Landing) -> None:
    """Somebody may have switched to another one since."""
    workshop.repository("branch", "other")
    landing.land()
    workshop.repository("switch", "--quiet", "other")
    assert landing.has_landed


@pytest.mark.parametrize(
    "written", [(), ("releases.toml",), (f"{PLACE}/pyproject.toml", f"{PLACE}/CHANGELOG.md")]
)
def test_what_a_stopped_fast_forward_wrote_is_put_back(
    workshop: Workshop, landing: Landing, written: tuple[str, ...]
) -> None:
    """None, one, or several of the files."""
    for path in written:
        (workshop.root / path).write_text(workshop.repository.show(landing.commit, path))
    if written:
        workshop.repository("add", written[0])
    landing.mend()
    assert workshop.repository("status", "--porcelain") == ""


def test_another_release_of_the_same_version_is_refused(workshop: Workshop, landing: Landing) -> None:
    """What the ledger says never changes."""
    landing.land()
    candidate = prepare(workshop.workspace, workshop.project("cups"), Version("1.0.0"))
    with pytest.raises(Failed, match=r"plates 1\.0\.0 was released before"):
        record(candidate, dataclasses.replace(landing.release, sha256="c" * 64))
