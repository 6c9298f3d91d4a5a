"""What a look remembers for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from obs.cli.top.feed import Ended
from obs.cli.top.history import History, points
from obs.cli.top.moment import LONG, STEP, Watcher
from obs.cli.top.state import Scope, State
from obs.host.tally import Reading
from obs.runtime.blocks.block import Block
from tests.cli.top import scene


class Course:
    """A service that goes on evenly, looked at every second from its 100th on, and ended after ``until`` looks."""

    def __init__(self, until: float = float("inf")) -> None:
        self.seconds: Iterator[int] = count(100)
        self.until = until

    def read(self) -> Reading:
        at = next(self.seconds)
        if at - 100 >= self.until:
            raise Ended
        return scene.at(at)

    def began(self, now: Reading) -> Reading:
        return Reading(0.0, {})

    def blocks(self) -> tuple[Block, ...]:
        return (scene.BLOCK,)


def test_the_first_look_shows_all_of_the_run_and_the_next_what_happens_now() -> None:
    watcher = Watcher(Course())
    first, second = watcher.look(), watcher.look()
    assert (first.whole, first.seconds) == (True, 100.0)
    assert (second.whole, second.seconds) == (False, 1.0)
    assert {row.work: row.rate for row in first.rates(State()).works}["GET /home"] == 60.0


def test_rates_are_of_ten_seconds_and_details_of_two_minutes_at_least() -> None:
    watcher = Watcher(Course())
    moment = [watcher.look() for _ in range(200)][-1]
    assert moment.seconds == 10.0
    assert LONG <= moment.now.at - moment.long_before.at <= LONG + 2 * STEP


def test_totals_are_of_all_of_the_run() -> None:
    watcher = Watcher(Course())
    watcher.look()
    assert watcher.look().rates(State()).total.total == round(66.5 * 101)


def test_the_end_of_the_run_is_told() -> None:
    watcher = Watcher(Course(until=1))
    watcher.look()
    with pytest.raises(Ended):
        watcher.look()


def test_by_team_who_makes_whom_wait_is_said_of_teams() -> None:
    found = scene.moment().rates(State(by="team"))
    assert {row.work for row in found.works} == {"chat-core", "discovery", "media", "(no owner)"}
    assert [(blame.culprit, [name for name, _ in blame.victims]) for blame in found.blame] == [
        ("media", ["chat-core", "discovery"]),
        ("(loop)", ["chat-core"]),
    ]


def test_by_feature_the_total_is_the_same() -> None:
    by_work, by_feature = (scene.moment().rates(State(by=by)).total for by in ("work", "feature"))
    assert by_feature.rate == pytest.approx(by_work.rate)
    assert by_feature.spent == pytest.approx(by_work.spent)


def test_blocks_follow_the_filter_and_the_scope_the_newest_first() -> None:
    moment = scene.moment()
    assert moment.shown_blocks(State()) == [scene.SLEEP, scene.BLOCK]
    assert moment.shown_blocks(State(filter="ATTACH")) == [scene.BLOCK]
    assert moment.shown_blocks(State(scope=Scope("team", "chat-core"))) == [scene.SLEEP]
    assert moment.shown_blocks(State(by="team", filter="media")) == [scene.BLOCK]


def test_a_work_is_told_of_over_the_last_minutes() -> None:
    recent = scene.moment().lately("GET /home")
    assert recent.total == 60 * 120
    assert recent.waits == pytest.approx({"sql": 48.0, "http": 12.0})
    assert scene.moment().lately("GET /gone").total == 0


def test_the_history_has_a_point_for_each_step_and_forgets() -> None:
    history = History(step=3.0, most=4)
    for at in range(31):
        history.add(scene.at(at))
    assert history.times == [21.0, 24.0, 27.0, 30.0]
    assert history.of("GET /home", "rate", 30.0) == pytest.approx([60.0] * 4)
    assert history.of("GET /home", "delay", 24.0) == pytest.approx([0.96] * 2)
    assert history.of("GET /gone", "cpu", 30.0) == [0.0] * 4


def test_a_work_that_did_nothing_takes_no_room_in_the_history() -> None:
    before, now = scene.at(10), scene.at(13)
    still = Reading(13.0, {**now.works, "push.notify": before.works["push.notify"]})
    assert "push.notify" in points(before, now)
    assert "push.notify" not in points(before, still)
