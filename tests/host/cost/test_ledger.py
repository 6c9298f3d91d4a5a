"""A ledger books every second to a work and its owner, or to time of no work."""

from __future__ import annotations

from typing import Any

import pytest

from obs.host.cost.ledger import Entry, Ledger, Owner, Spent, ledger
from obs.metrics import catalog

SECONDS = catalog.OBS_WORK_SECONDS
EXPORT = Entry("request", "GET /export")


def spent(kind: str, work: str, state: str, seconds: float, feature: str = "") -> Any:
    return SECONDS, (kind, work, feature, state), [seconds]


def info(kind: str, work: str, feature: str, team: str) -> Any:
    return catalog.OBS_WORK_INFO, (kind, work, feature, team), [1.0]


def ended(route: str, method: str, times: float) -> Any:
    cells = [times, *[0.0] * len(catalog.DURATION_BUCKETS), 1.0]
    return catalog.HTTP_SERVER_REQUEST_DURATION, (route, method, "200", ""), cells


def test_cpu_and_held_are_booked_and_waits_are_not() -> None:
    found = ledger(
        [
            spent("request", "GET /export", "cpu", 2.0),
            spent("request", "GET /export", "held", 0.5),
            spent("request", "GET /export", "wait", 9.0),
            spent("request", "GET /export", "delay", 9.0),
            ended("/export", "GET", 3),
        ]
    )
    assert found.spent == {EXPORT: Spent(2.0, 0.5, 3)}


def test_the_owner_is_what_the_work_info_says() -> None:
    found = ledger([spent("request", "GET /export", "cpu", 1.0, "media"), info(*EXPORT, "media", "pictures")])
    assert found.owners[EXPORT] == Owner("media", "pictures")


def test_a_work_whose_processes_are_gone_keeps_its_feature_and_finds_its_team_by_that() -> None:
    """A gauge dies with its process, a counter doesn't."""
    found = ledger(
        [spent("request", "GET /export", "cpu", 1.0, "media"), info("job", "thumbnails", "media", "pictures")]
    )
    assert found.owners[EXPORT] == Owner("media", "pictures")


@pytest.mark.parametrize("prefix", ["(after) ", "(threads) "])
def test_what_the_children_of_a_work_do_when_it_has_ended_or_in_threads_is_its_owners(prefix: str) -> None:
    after = Entry("request", f"{prefix}GET /export")
    found = ledger([spent(*after, "cpu", 1.0), info(*EXPORT, "media", "pictures")])
    assert found.owners[after] == Owner("media", "pictures")


def test_time_of_no_work_has_no_kind_and_no_owner() -> None:
    found = ledger([spent("", "(loop)", "cpu", 1.0), spent("none", "(threads)", "cpu", 2.0)])
    assert found.spent == {Entry("", "(loop)"): Spent(1.0), Entry("", "(threads)"): Spent(2.0)}
    assert found.owners[Entry("", "(loop)")] == Owner()


def test_the_processes_cpu_is_that_of_the_service_and_not_of_obs() -> None:
    assert ledger([(catalog.PROCESS_CPU, (), [7.0]), (catalog.OBS_SELF_CPU, (), [5.0])]).process_cpu == 7.0


def test_the_difference_of_two_ledgers_is_what_was_spent_between_them() -> None:
    before = Ledger(1.0, {EXPORT: Spent(1.0, 0.5, 2)}, {})
    job = Entry("job", "a")
    after = Ledger(4.0, {EXPORT: Spent(3.0, 0.5, 5), job: Spent(1.0)}, {EXPORT: Owner("media", "pictures")})
    assert after.since(before) == Ledger(3.0, {EXPORT: Spent(2.0, 0.0, 3), job: Spent(1.0)}, after.owners)
