"""The boards and alerts that ``obs generate`` makes, on a live service: each query answers, each fault is told of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from obs.generate.queries import targets
from tests.integration.proof.answers import Answer, answers, boards
from tests.integration.proof.excused import EXCUSED, excused
from tests.integration.proof.faults import FAULTS, Fault
from tests.integration.proof.scene import TEAMS, Scene, played, until
from tests.integration.proof.webhook import Told

pytestmark = [pytest.mark.real, pytest.mark.timeout(420)]

RPS = 20.0
PATIENCE = 90.0
"""Seconds until an alert is there, or gone; on a quiet machine it takes ten."""

CAP = 200
"""Series of one query of a board, in this small service."""

NAMES = {"overview", "api", "endpoint", "jobs", "gevent", "cost", "slo", "self"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One start for all: what the tests below see happens in their order."""
    if missing := [name for name in ("prometheus", "prometheus-alertmanager") if not shutil.which(name)]:
        said = f"{' and '.join(missing)} not installed"
        pytest.fail(said) if os.environ.get("CI") == "true" else pytest.skip(said)
    with played(tmp_path_factory.mktemp("proof"), RPS) as running:
        recorded = "work:http_server_requests:rate5m"
        assert until(lambda: len(running.prometheus.instant(recorded)) >= 8, PATIENCE), "no traffic is recorded"
        yield running


def last(scene: Scene, fault: Fault) -> Told | None:
    return scene.hook.last(fault.alert, fault.labels)


def is_firing(scene: Scene, fault: Fault) -> bool:
    told = last(scene, fault)
    return told is not None and told.firing


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_is_told_to_its_team_with_links(scene: Scene, fault: Fault) -> None:
    assert until(lambda: not is_firing(scene, fault), PATIENCE), "it is there without the fault"
    with fault.inject(scene):
        heard = until(lambda: is_firing(scene, fault), PATIENCE)
    told = last(scene, fault)
    assert heard, [(one.labels, one.firing) for one in scene.hook.heard]
    assert told
    assert told.receiver == told.labels["team"]
    assert told.receiver in TEAMS
    assert told.labels["service"] == "chat-api"
    assert told.labels["env"] == "proof"
    assert told.annotations["dashboard_url"].startswith("http://grafana.test/d/obs-")
    assert "var-service=chat-api" in told.annotations["dashboard_url"]
    assert told.annotations["runbook_url"] == f"http://runbooks.test/{fault.alert}.md"
    assert (scene.monitoring / "runbooks" / f"{fault.alert}.md").is_file()
    assert told.annotations["summary"]
    assert "chat-api" in told.annotations["description"]
    assert "<no value>" not in str(told.annotations)


def test_every_query_of_every_board_answers(scene: Scene) -> None:
    found = list(boards(scene.monitoring / "grafana" / "dashboards"))
    assert {board["uid"].removeprefix("obs-") for board in found} >= NAMES
    empty = {target.place for board in found for target in targets(board) if not excused(target)}
    wrong: list[Answer] = []

    def all_answered() -> bool:
        now = [one for board in found for one in answers(board, scene.prometheus)]
        empty.difference_update(one.place for one in now if one.numbers)
        wrong.extend(one for one in now if is_wrong(one))
        return not empty or bool(wrong)

    until(all_answered, PATIENCE)
    assert not wrong, "\n".join(map(str, wrong))
    assert not empty


def is_wrong(answer: Answer) -> bool:
    """Whether it has what is no number, or too many series, or was refused."""
    return bool(answer.strange or answer.series > CAP or answer.refused)


def test_what_is_excused_is_on_a_board(scene: Scene) -> None:
    found = [target for board in boards(scene.monitoring / "grafana" / "dashboards") for target in targets(board)]
    asked = [f"{target.place} {target.expr}" for target in found]
    assert [known for known in EXCUSED if not any(known in query for query in asked)] == []


def test_all_of_it_resolves(scene: Scene) -> None:
    gone = until(lambda: not any(is_firing(scene, fault) for fault in FAULTS), PATIENCE)
    assert gone, [fault.what for fault in FAULTS if is_firing(scene, fault)]
    assert all(last(scene, fault) for fault in FAULTS)


def test_no_rule_failed(scene: Scene) -> None:
    groups = scene.prometheus.ask("rules")["groups"]
    failed = {rule["name"]: rule["lastError"] for group in groups for rule in group["rules"] if rule.get("lastError")}
    assert groups
    assert failed == {}
