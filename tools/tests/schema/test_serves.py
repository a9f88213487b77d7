"""Sources and the deploy program, neither of which imports the other, read phases and judge them alike."""

import json
from dataclasses import asdict

import msgspec
import pytest
from hypothesis import given, strategies as st

from ogrom.sources.schema.phase import Phase
from ogrom.sources.schema.serves import SERVES, Serves
from ogrom_deploy.schema import Phase as DeployedPhase, Schema

numbers = st.integers(1, 9).map("{:04}".format)
few = st.lists(numbers, max_size=3, unique=True)
releases = st.tuples(st.tuples(numbers, numbers, numbers).map(sorted), few.map(tuple), few.map(tuple)).map(
    lambda made: Serves(made[0][1], made[0][0], made[1], made[2], made[0][2])
)
texts = st.tuples(st.just("") | numbers, few, few).map(
    lambda made: (
        made[0]
        + "".join(f"~{each}" for each in sorted(made[1]))
        + "".join(f"+{each}" for each in sorted(made[2]))
    )
)


@given(releases, texts)
def test_they_agree_on_what_a_release_serves(release: Serves, text: str) -> None:
    """On any phase, by what a release prints for deploys."""
    deployed = msgspec.json.decode(json.dumps(asdict(release)), type=Schema)
    assert str(Phase.parse(text)) == str(DeployedPhase.parse(text)) == text
    assert release.serves(Phase.parse(text)) is deployed.serves(DeployedPhase.parse(text))


@pytest.mark.parametrize("text", ["6", "0006+", "0006 0007", "0006+0008~0007", "v1"])
def test_they_refuse_the_same_texts(text: str) -> None:
    """In the same words."""
    told = []
    for kind in (Phase, DeployedPhase):
        with pytest.raises(ValueError, match="is no phase") as refused:
            kind.parse(text)
        told.append(f"{refused.value}")
    assert told[0] == told[1]


def test_the_deploy_program_reads_what_this_release_says() -> None:
    """Which it refuses if it contradicts itself."""
    assert msgspec.json.decode(json.dumps(asdict(SERVES)), type=Schema).needs == SERVES.needs
