"""What clients notice of a deployment, and what is refused for their sake."""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.beanstalk.tests.faults import FaultyPlatform, MemoryStore
from ogrom_deploy import clients, history
from ogrom_deploy.cli import cli
from ogrom_deploy.clients import VERSIONS
from ogrom_deploy.deployment import Deployment
from ogrom_deploy.events import Event, Finished, Noted
from ogrom_deploy.memory import Behaviour
from ogrom_deploy.model import Version
from ogrom_deploy.plan import Plan, Refused
from ogrom_deploy.policy import Policy

DAY = 86_400.0
POLICY = Policy(watch=10.0, soak=10.0, drain=5.0)
REASON = "Nobody has used it for a year."


def contract(*members: str, deprecated: Sequence[str] = (), unannounced: dict[str, str] | None = None) -> Any:
    """One that has a product with these members."""
    properties: Any = {each: {"type": "string"} for each in members}
    for each in deprecated:
        properties[each]["deprecated"] = True
    schema = {"type": "object", "properties": properties, "required": list(members)}
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Product"}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shop",
            "version": "1.0.0",
            **({"x-unannounced": unannounced} if unannounced else {}),
        },
        "paths": {"/products": {"get": {"operationId": "get_products", "responses": {"200": answer}}}},
        "components": {"schemas": {"Product": schema}},
    }


OLD = contract("title", "brand")
MARKED = contract("title", "brand", deprecated=["brand"])
NEW = contract("title")


class Shop:
    """A fleet on which v1 is live, and its clients have OLD."""

    def __init__(self) -> None:
        self.memory = FaultyPlatform.serving("v0", behaviours={"bad": Behaviour(error_rate=0.3)})
        self.store = MemoryStore(self.memory.enter)
        self.events: list[Event] = []
        self.plans: list[Plan] = []
        self.waited = 0.0
        self.apply("v1", OLD)

    @property
    def deployment(self) -> Deployment:
        return Deployment(self.memory, self.store, POLICY, "ann", self.events.append, self._now)

    def apply(self, label: str, given: Any = None, reason: str = "") -> Finished:
        return self.deployment.apply(Version(label), contract=given, reason=reason, planned=self.plans.append)

    def refused(self, label: str, given: Any = None) -> str:
        """Why a version is refused, by the plan and by the act; nothing has happened then."""
        before = self.memory.observe(), list(history.newest(self.store))
        decided = self.deployment.plan(Version(label), contract=given)
        with pytest.raises(Refused) as refusal:
            self.apply(label, given)
        assert decided.clients.refusal in str(refusal.value)
        after = self.memory.observe(), list(history.newest(self.store))
        assert (after[0].weights, after[1]) == (before[0].weights, before[1])
        return str(refusal.value)

    def live_for(self, days: float) -> None:
        """Let time go by; nobody measures health meanwhile."""
        self.waited += days * DAY

    def _now(self) -> float:
        return self.memory.now() + self.waited


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_plan_shows_what_clients_notice(shop: Shop) -> None:
    """More of everything is let pass; the history keeps it."""
    shop.apply("v2", contract("title", "brand", "size"))
    expected = ("Clients notice, minor: Product.size: It is there, too.",)
    assert tuple(shop.plans[-1].clients.lines) == expected
    (record, *_) = history.acts(history.newest(shop.store))
    assert (record.clients, record.allowed) == (expected, "")


def test_what_breaks_clients_is_refused(shop: Shop) -> None:
    """Until somebody says why, which the history keeps."""
    assert "Product.brand: It is gone. (it was never deprecated)" in shop.refused("v2", NEW)
    assert shop.apply("v2", NEW, REASON).outcome == "done"
    (record, *_) = history.acts(history.newest(shop.store))
    assert record.allowed == REASON
    assert record.clients == ("Clients notice, major: Product.brand: It is gone.",)


def test_notice_runs_while_the_mark_is_live(shop: Shop) -> None:
    """From the day on which a version with the mark got the traffic."""
    shop.live_for(200)
    shop.apply("v2", MARKED)
    shop.live_for(89)
    assert "deprecated for 89 of 90 days" in shop.refused("v3", NEW)
    shop.live_for(1)
    assert shop.apply("v3", NEW).outcome == "done"


def test_notice_does_not_run_while_another_version_is_live(shop: Shop) -> None:
    """After a way back to what did not say so, it begins anew."""
    shop.apply("v2", MARKED)
    shop.live_for(80)
    shop.deployment.rollback()
    shop.live_for(50)
    shop.apply("v2")
    shop.live_for(89)
    assert "deprecated for 89 of 90 days" in shop.refused("v3", NEW)


def test_a_version_that_was_aborted_gave_no_notice(shop: Shop) -> None:
    """It never had all of the traffic."""
    assert shop.apply("bad", MARKED).outcome == "aborted"
    shop.live_for(100)
    shop.apply("v2", MARKED)
    assert "deprecated for 0 of 90 days" in shop.refused("v3", NEW)


def test_the_notice_period_is_a_setting(shop: Shop) -> None:
    """Of the policy, in seconds."""
    short = replace(shop.deployment, policy=replace(POLICY, notice=DAY))
    short.apply(Version("v2"), contract=MARKED)
    shop.live_for(1)
    assert not short.plan(Version("v3"), contract=NEW).clients.refusal


def test_a_way_back_is_never_refused(shop: Shop) -> None:
    """Its plan shows the difference: what is new is gone then."""
    shop.apply("v2", contract("title", "brand", "size"))
    assert shop.deployment.rollback(planned=shop.plans.append).outcome == "done"
    assert tuple(shop.plans[-1].clients.lines) == ("Clients notice, major: Product.size: It is gone.",)
    assert not shop.plans[-1].clients.refusal


def test_an_abort_tells_the_difference_once_the_traffic_is_back(shop: Shop) -> None:
    """It does not wait for that."""
    shop.memory.publish(Version("v2"))
    clients.keep(shop.store, "v2", contract("title", "brand", "size"))
    shop.memory.deploy("blue", Version("v2"))
    shop.memory.wait(100.0)
    shop.memory.shift({"green": 60, "blue": 40})
    shop.deployment.abort()
    told = [each for each in shop.events if isinstance(each, Finished | Noted)]
    assert isinstance(told[-2], Finished)
    assert isinstance(told[-1], Noted)
    assert told[-1].text == "Clients notice, major: Product.size: It is gone."


def test_a_version_without_a_contract_follows_none_that_has_one(shop: Shop) -> None:
    """Nobody could know what breaks; a reason lets it pass."""
    assert "v2 has no contract, and v1 has one" in shop.refused("v2")
    assert shop.apply("v2", reason="It is a test.").outcome == "done"
    assert shop.apply("v3", NEW).outcome == "done"
    assert tuple(shop.plans[-1].clients.lines) == ("What clients notice is not known: v2 has no contract.",)


def test_days_without_a_contract_are_no_notice(shop: Shop) -> None:
    """Who knows what that version said?"""
    shop.apply("v2", MARKED)
    shop.live_for(50)
    shop.apply("v3", reason="It is a test.")
    shop.live_for(50)
    shop.apply("v4", MARKED)
    shop.live_for(40)
    assert "deprecated for 40 of 90 days" in shop.refused("v5", NEW)


def test_a_contract_that_was_let_pass_when_it_was_pinned_is_let_pass(shop: Shop) -> None:
    """The reason is in the contract, and is kept here, too; what is live with it needs none again."""
    overridden = contract("title", unannounced={"2.0.0": REASON})
    shop.apply("v2", overridden)
    (record, *_) = history.acts(history.newest(shop.store))
    assert record.allowed == REASON
    assert "Product.title" in shop.refused("v3", contract(unannounced={"2.0.0": REASON}))


def test_a_label_keeps_its_contract(shop: Shop) -> None:
    """As it keeps its image."""
    shop.apply("v2", MARKED)
    shop.apply("v3", MARKED)
    with pytest.raises(Refused, match="v2 was deployed with another contract"):
        shop.apply("v2", OLD)


def test_what_is_damaged_stops_no_way_back(shop: Shop) -> None:
    """But a deployment, since nobody could know what breaks."""
    shop.apply("v2", MARKED)
    _, tag = shop.store.read(f"{VERSIONS}v1") or (b"", "")
    clients.keep(shop.store, "damaged", {"info": {}, "paths": {"/products": 1}})
    digest, _ = shop.store.read(f"{VERSIONS}damaged") or (b"", "")
    shop.store.write(f"{VERSIONS}v1", digest, tag=tag)
    assert "is damaged" in shop.refused("v1")
    assert shop.deployment.rollback().outcome == "done"


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command beside the files of OLD, NEW and MARKED."""
    monkeypatch.chdir(tmp_path)
    for name, document in {"old": OLD, "new": NEW, "marked": MARKED}.items():
        Path(f"{name}.json").write_text(json.dumps(document), encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--platform", "memory", *arguments])

    return run


def test_the_commands_show_refuse_and_let_pass(run: Run) -> None:
    """The plan is shown before it is refused, with status 4; the reason is in the history."""
    assert run("apply", "v2", "--contract", "old.json").exit_code == 0
    for command in ("plan", "apply"):
        result = run(command, "v3", "--contract", "new.json")
        assert result.exit_code == 4
        assert "Clients notice, major: Product.brand: It is gone." in result.stdout
        assert "it was never deprecated" in result.stderr
    assert run("plan", "v3", "--contract", "new.json", "--reason", REASON).exit_code == 0
    assert run("apply", "v3", "--contract", "new.json", "--reason", REASON).exit_code == 0
    assert f"clients break: {REASON}" in run("history").stdout
    back = run("rollback")
    assert back.exit_code == 0
    assert "Clients notice, minor: Product.brand: It is there, too." in back.stdout
    planned = json.loads(run("plan", "v3", "--reason", REASON, "--json").stdout)["clients"]
    assert [each["symbol"] for each in planned["findings"]] == ["Product.brand"]
    assert planned["breaks"][0]["why"] == "it was never deprecated"


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"paths": {}}'])
def test_what_is_no_contract_is_refused(run: Run, text: str) -> None:
    """As wrong usage."""
    Path("it.json").write_text(text, encoding="utf-8")
    result = run("plan", "v2", "--contract", "it.json")
    assert result.exit_code == 2
    assert "--contract" in result.stderr


def test_contracts_are_kept_once(shop: Shop) -> None:
    """Many versions, few contracts; and a line where clients got another one."""
    for number in range(2, 6):
        shop.apply(f"v{number}", copy.deepcopy(OLD))
    assert len(list(shop.store.names(clients.DOCUMENTS))) == 1
    assert len(list(shop.store.names(clients.LIVE))) == 1
