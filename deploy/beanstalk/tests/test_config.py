"""deploy.toml: what it may say, and what is said of mistakes in it."""

from dataclasses import fields
from pathlib import Path

import pytest

from ogrom_deploy import config
from ogrom_deploy.config import Config, Misconfigured, Names
from ogrom_deploy.memory import MemoryPlatform
from ogrom_deploy.model import all_to
from ogrom_deploy.policy import Limits, Policy


def read(folder: Path, text: str, platform: str | None = None) -> Config:
    file = folder / "deploy.toml"
    file.write_text(text)
    return config.read(file, platform)


def test_what_is_not_said_is_as_it_is_by_default(tmp_path: Path) -> None:
    """An empty file is a whole configuration."""
    assert read(tmp_path, "") == Config()
    assert config.read(None, "memory") == Config(platform="memory")


def test_every_table_is_read(tmp_path: Path) -> None:
    """Names, policy and its limits, and the platform's own table as it is."""
    text = """
        application = "shop"
        [environments]
        green = "shop-g"
        [policy]
        weights = [50, 100]
        watch = 5
        unjudged = "stop"
        [policy.limits]
        p99 = 1.5
        [beanstalk]
        bucket = "releases"
    """
    made = read(tmp_path, text)
    assert made.environments == Names("ogrom-blue", "shop-g")
    assert made.policy == Policy(weights=(50, 100), watch=5.0, unjudged="stop", limits=Limits(p99=1.5))
    assert made.options == {"bucket": "releases"}


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    """The platform that it names is the one."""
    assert read(tmp_path, 'platform = "beanstalk"', "memory").platform == "memory"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wieghts = 1", "wieghts: unknown; known are platform, application"),
        ("[policy]\nwieghts = [1]", "policy.wieghts: unknown; known are weights"),
        ("[policy.limits]\np98 = 1", "policy.limits.p98: unknown; known are error_rate"),
        ('[policy]\nweights = ["a"]', "policy.weights[0]: Expected `int`, got `str`"),
        ("[policy]\nweights = [1, 50]", "policy: weights rise from above 0 and end with 100"),
        ("[policy]\nweights = []", "policy: weights rise"),
        ("[policy]\nweights = [50, 10, 100]", "policy: weights rise"),
        ("[policy]\npoll = 0", "policy: poll is a number of seconds above 0"),
        ("[policy]\nsmoke = []", "policy: smoke has at least one path"),
        ('[policy]\nwarm_up = ["v1"]', "policy: each path of warm_up starts with a slash"),
        ("[policy]\nrounds = 1", "policy: flat_rounds is at least 1, and rounds as many"),
        ("[policy.limits]\nerror_rate = 1.5", "policy.limits: error_rate is a share: 0.0 to 1.0"),
        ("[policy.limits]\nrequests = 0", "policy.limits: requests is at least 1"),
        ('[policy]\nunjudged = "maybe"', "policy.unjudged: Invalid enum value 'maybe'"),
        ('platform = "moon"', "platform: 'moon' is unknown; write one of beanstalk, rehearsal, memory"),
        ("platform =", "cannot be read"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    """By its key, with what to write."""
    with pytest.raises(Misconfigured) as error:
        read(tmp_path, text)
    assert message in str(error.value)
    assert "deploy.toml" in str(error.value)


def test_a_file_that_is_missing_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what can be done without one."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misconfigured, match="--platform memory"):
        config.read(None, None)
    with pytest.raises(Misconfigured, match="cannot be read"):
        config.read(tmp_path / "none.toml", None)


def test_a_platform_checks_its_own_table() -> None:
    """As the file is checked."""
    with pytest.raises(Misconfigured, match=r"\[memory\]: sped: unknown; known are folder"):
        config.connect(Config(platform="memory", memory={"sped": 1}))


def test_a_platform_is_found_by_its_name(tmp_path: Path) -> None:
    """Its module is imported when it is used."""
    made = config.connect(Config(platform="memory", memory={"folder": str(tmp_path)}))
    assert isinstance(made.platform, MemoryPlatform)
    assert made.policy == Policy()
    made.close()


def test_every_platform_has_a_table() -> None:
    """So that it can be told what only it knows."""
    assert set(config.PLATFORMS) <= {each.name for each in fields(Config)}


def test_the_memory_platform_is_read_when_it_is_used_and_saved_by_who_changed_it(tmp_path: Path) -> None:
    """A command that has the lock sees what the one before it did, and one that only looks undoes nothing."""

    def connect() -> config.Connection:
        return config.connect(Config(platform="memory", memory={"folder": str(tmp_path)}))

    early, looking, changing = connect(), connect(), connect()
    assert looking.platform.observe().weights == all_to("blue")
    changing.platform.shift(all_to("green"))
    changing.close()
    looking.close()
    assert early.platform.observe().weights == all_to("green")
    assert connect().platform.observe().weights == all_to("green")
