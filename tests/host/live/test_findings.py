"""What is said of which moment, and in which order."""

from __future__ import annotations

import shlex

import pytest

from obs.host.live.counts import Counts, Line
from obs.host.live.findings import registry
from obs.host.live.findings.finding import Finding
from obs.host.live.moment import Moment
from obs.host.tally import Queue
from obs.metrics import catalog
from obs.runtime.blocks.block import Block
from tests.host.live.scene import SECONDS, member, moment, tally

HOG = tally(60, 0.08, cpu=4.8)
VICTIM = tally(600, 0.03, cpu=1.2, delay=12.0, wait=3.0, waits={"sql": 3.0})


def found(of: Moment) -> dict[str, Finding]:
    return {finding.kind: finding for finding in registry.found(of)}


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    quiet = moment({"GET /a": tally(600, 0.004, cpu=1.2, wait=1.0, waits={"sql": 1.0})})
    assert registry.found(quiet) == ()


def test_who_holds_the_loop_and_who_waits_behind_it() -> None:
    blame = {("POST /hog", "GET /a"): 12.0, ("GET /a", "GET /a"): 0.9}
    told = found(moment({"POST /hog": HOG, "GET /a": VICTIM}, blame))["holds"]
    assert told.text.startswith("POST /hog holds the loop 4% of the time; GET /a waits behind it 20 ms each time")
    assert told.severity == pytest.approx(12.0 / SECONDS)
    assert {evidence.work for evidence in told.evidence} >= {"POST /hog", "GET /a"}
    figures = {figure.label: figure.value for figure in told.figures}
    assert figures["each time"] == pytest.approx(0.08)
    assert figures["lost by all others"] == pytest.approx(0.2)


def test_only_main_culprits_are_named() -> None:
    blame = {("POST /hog", "GET /a"): 12.0, ("GET /a", "GET /a"): 3.0, ("GET /b", "GET /a"): 1.0}
    told = registry.found(moment({"POST /hog": HOG, "GET /a": VICTIM, "GET /b": VICTIM}, blame))
    assert [finding.title[0].name for finding in told if finding.kind == "holds"] == ["POST /hog"]


def test_a_slow_dependency_is_told_once_for_all_that_wait_for_it() -> None:
    slow = {"http": 50.0}
    works = {
        "GET /search": tally(600, 0.09, cpu=3.0, wait=50.0, waits=slow),
        "GET /home": tally(300, 0.09, cpu=3.0, wait=25.0, waits=slow),
        "GET /fast": tally(600, 0.002, cpu=0.6, wait=0.6, waits=slow),
    }
    told = found(moment(works))["waits"]
    assert told.text == "GET /search and GET /home wait 94% of the time for http"
    assert told.works == {"GET /search", "GET /home"}
    assert "--view wait" in told.command


def test_delay_is_not_held_against_a_dependency() -> None:
    works = {"GET /search": tally(60, 0.5, cpu=0.5, delay=25.0, wait=4.5, waits={"http": 4.5})}
    assert "90% of the time" in found(moment(works))["waits"].text


def test_a_call_that_blocks() -> None:
    block = Block(1_010.0, 1, 1.5, ended=True, work="GET /a", cpu=0.01, call="time.sleep", at="a.py:1 f")
    told = found(moment(blocks=(block,)))["blocks"]
    assert told.text == "GET /a blocks its loop in time.sleep, 1.50 s at the longest"
    assert told.since == 1_010.0


def test_a_queue_that_fills() -> None:
    line = Line("push", "mail")
    counts = Counts(done={(line, "ok"): 100.0}, systems={"push": "huey"}, sent={line: 310.0})
    told = found(moment(queue=Queue(210.0, 40.0), counts=counts))["filling"]
    assert told.text == "huey/push is filling 3.1 times faster than it drains"


def test_a_broker_that_is_down() -> None:
    assert "can't be read" in found(moment(queue=Queue(None, None, up=False)))["filling"].text


def test_failures_and_retries() -> None:
    works = {
        "GET /a": tally(100, 0.01, errors=10.0, answers={"200": 90.0, "500": 10.0}),
        "mail": tally(100, 0.01, answers={"ok": 80.0, "retried": 20.0}),
    }
    told = found(moment(works))
    assert told["failing"].text == "GET /a fails 10% of the time"
    assert "500 10 times" in told["failing"].why
    assert told["retries"].text == "mail fails and is tried again 20% of the time"


def test_collections_loops_cpus_versions_and_siblings() -> None:
    pauses = [0.0] * (len(catalog.PAUSE_BUCKETS) + 1)
    pauses[-2] = 4.0
    members = (
        member(1, busy=55.0, starved=30.0, version="1"),
        member(2, busy=50.0, version="2"),
        member(3, busy=10.0, version="2", since=1_050.0),
    )
    before = tuple(member(pid, busy=0.0) for pid in (1, 2))
    told = found(
        moment(members=members, before=before, counts=Counts(pauses=tuple(pauses), collecting=4.0), gone={9: 1_001.0})
    )
    assert "Garbage collections" in told["collecting"].text
    assert told["starved"].text == "The processes wait for a CPU up to 50% of the time"
    assert "1 process has ended" in told["changed"].text or "2 versions" in told["changed"].text
    busy = (*(member(pid, busy=50.0) for pid in (1, 2)), member(3, busy=55.0))
    assert "loops are busy" in found(moment(members=busy))["saturated"].text
    apart = (*(member(pid, busy=3.0) for pid in (1, 2)), member(3, busy=50.0))
    assert found(moment(members=apart))["apart"].text.startswith("3 is busy 83%")


def test_the_dearest_comes_first_and_each_is_fit_for_json() -> None:
    works = {"POST /hog": HOG, "GET /a": VICTIM, "mail": tally(100, 0.01, answers={"ok": 95.0, "retried": 5.0})}
    told = registry.found(moment(works, {("POST /hog", "GET /a"): 12.0}))
    assert [finding.kind for finding in told] == ["holds", "retries"]
    for finding in told:
        assert finding.as_json()["text"] == finding.text
        assert len({finding.id for finding in told}) == len(told)


def test_a_hostile_name_is_one_word_of_the_command() -> None:
    name = "GET /a'; rm -rf / #\n\x1b[31m"
    told = found(moment({name: HOG, "GET /a": VICTIM}, {(name, "GET /a"): 12.0}))["holds"]
    words = shlex.split(told.command)
    assert words[0] == "obs"
    assert "rm" not in words
    assert "\n" not in told.command
    assert "\x1b" not in told.command


def test_a_kind_that_fails_takes_nothing_away(monkeypatch) -> None:
    def broken(_: Moment):
        raise ZeroDivisionError

    monkeypatch.setattr(registry, "KINDS", (broken, *registry.KINDS))
    monkeypatch.setattr("obs.errors.log.error", lambda *_, **__: None)
    assert registry.found(moment({"POST /hog": HOG, "GET /a": VICTIM}, {("POST /hog", "GET /a"): 12.0}))


def test_without_a_cpu_a_call_is_no_blocking_one_for_its_look() -> None:
    block = Block(1_010.0, 1, 1.5, ended=True, work="POST /hog", cpu=0.01, call="builtins.min", at="a.py:1 f")
    hog, blame = tally(60, 0.08, cpu=1.8, held=3.0), {("POST /hog", "GET /a"): 12.0}
    members, before = (member(1, starved=30.0),), (member(1, busy=0.0),)
    works = {"POST /hog": hog, "GET /a": VICTIM}
    starving = found(moment(works, blame, blocks=(block,), members=members, before=before))
    assert "blocks" not in starving
    assert "--view cpu" in starving["holds"].command
    fed = found(moment(works, blame, blocks=(block,)))
    assert "blocks" in fed
    assert "--view held" in fed["holds"].command


def test_no_cpu_for_most_of_the_time_is_the_story_and_for_some_of_it_is_not() -> None:
    works, blame = {"POST /hog": HOG, "GET /a": VICTIM}, {("POST /hog", "GET /a"): 12.0}
    before = (member(1, busy=0.0),)

    def first(starved: float) -> str:
        return registry.found(moment(works, blame, members=(member(1, starved=starved),), before=before))[0].kind

    assert first(0.8 * SECONDS) == "starved"
    assert first(0.2 * SECONDS) == "holds"


def test_no_two_findings_have_the_same_id() -> None:
    """The page knows them by it: two of one id would be shown as one, and the numbers would have a gap."""
    blocks = [
        Block(1_010.0, number, 1.5, ended=True, work="GET /a", cpu=0.01, call=call, at="a.py:1 f")
        for number, call in enumerate(("time.sleep", "open"))
    ]
    waits = {"http": 25.0, "sql": 25.0}
    works = {"GET /search": tally(600, 0.09, cpu=3.0, wait=50.0, waits=waits)}
    told = registry.found(moment(works, blocks=tuple(blocks)))
    assert [finding.kind for finding in told].count("blocks") == 2
    assert [finding.kind for finding in told].count("waits") == 2
    assert len({finding.id for finding in told}) == len(told)


def test_one_is_no_several() -> None:
    block = Block(1_010.0, 1, 3.5, ended=True, work="GET /a", cpu=0.01, call="time.sleep", at="a.py:1 f")
    blame = {("POST /hog", "GET /a"): 12.0}
    told = found(moment({"POST /hog": HOG, "GET /a": VICTIM}, blame, blocks=(block,), gone={9: 1_001.0}))
    assert told["blocks"].why.startswith("Once in 60 s")
    assert "1 work stands in line" in told["holds"].why
    members = (member(3, since=1_050.0),)
    assert found(moment(members=members, gone={9: 1_001.0}))["changed"].text.startswith("1 process has ended")


def test_every_kind_is_in_the_list() -> None:
    from pathlib import Path

    files = {path.stem for path in Path(registry.__file__).parent.glob("*.py")}
    assert {kind.__module__.rpartition(".")[2] for kind in registry.KINDS} == files - {
        "__init__", "finding", "registry", "words"
    }  # fmt: skip
