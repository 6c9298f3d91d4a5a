"""Transforms: pure functions from stacks to stacks."""

from __future__ import annotations

import pytest

from obs.profiling.origins import Shortener, origin
from obs.profiling.session import Frame, label_frame
from obs.profiling.stacks import Stack, total
from obs.profiling.transforms import by_work, cut_tails, drop_idle, hide_ours, merged, name_unseen, name_waits, prune
from obs.profiling.transforms.ours import OBS
from tests.profiling.sessions import DISPATCH, EXPORT, FLASK, HUB, LIB, SQL, STD, WORKER, request

LABEL = label_frame("GET /a")
TICK = Frame("tick", f"{LIB}/obs/runtime/tick.py", 1)
THREAD = Frame("run", f"{STD}/threading.py", 982)


def one(*frames: Frame, work: str = "GET /a", weight: float = 1.0, on: str = "") -> Stack:
    return Stack(frames, work, weight, on=on)


@pytest.mark.parametrize(
    ("frame", "whose"),
    [
        (LABEL, "work"),
        (EXPORT, "own"),
        (FLASK, "library"),
        (HUB, "gevent"),
        (THREAD, "python"),
        (DISPATCH, "obs"),
        (Frame("_find", "<frozen importlib._bootstrap>"), "python"),
        (Frame("f", f"{LIB}/python3.11/x.py"), "library"),
        (Frame("f", "/srv/python3.11-app/x.py"), "own"),
        (Frame("malloc", "libc.so.6", 0, "native"), "native"),
    ],
)
def test_whose_code_a_frame_is_is_told_by_its_file(frame: Frame, whose: str) -> None:
    assert origin(frame) == whose


def test_paths_are_shortened_to_what_people_know() -> None:
    short = Shortener(["/srv/app/views/a.py", "/srv/app/main.py", FLASK.file])
    assert [short(f) for f in ("/srv/app/views/a.py", FLASK.file, THREAD.file)] == [
        "views/a.py",
        "flask/app.py",
        "threading.py",
    ]


def test_the_idle_hub_is_dropped_and_a_callback_of_it_is_not() -> None:
    callback = one(WORKER, HUB, EXPORT, work="")
    assert drop_idle([one(HUB, work=""), one(EXPORT, work="(idle)"), callback]) == [callback]


def test_ours_are_hidden_and_the_label_stays() -> None:
    assert hide_ours([one(WORKER, DISPATCH, LABEL, EXPORT)]) == [one(WORKER, LABEL, EXPORT)]


def test_a_thread_of_ours_is_shown_as_ours() -> None:
    assert hide_ours([one(THREAD, TICK, work="")]) == [one(THREAD, TICK, work=OBS)]


def test_by_work_the_work_comes_first_and_the_dispatch_is_left_out() -> None:
    assert by_work([one(WORKER, LABEL, FLASK, EXPORT)]) == [one(LABEL, FLASK, EXPORT)]


def test_within_a_nested_work_only_its_own_inside_is_shown() -> None:
    inner = label_frame("job.b")
    assert by_work([one(LABEL, FLASK, inner, EXPORT, work="job.b")]) == [one(inner, EXPORT, work="job.b")]


def test_a_work_without_a_label_keeps_its_whole_stack_and_no_work_has_a_name() -> None:
    assert by_work([one(WORKER, EXPORT)]) == [one(LABEL, WORKER, EXPORT)]
    assert by_work([one(EXPORT, work="")])[0].frames == (label_frame("(no work)"), EXPORT)


def test_merged_works_share_their_code() -> None:
    shown = merged([one(LABEL, EXPORT), one(label_frame("GET /b"), EXPORT, work="GET /b")])
    assert {stack.frames for stack in shown} == {(EXPORT,)}


def test_of_a_tail_only_the_first_call_stays_and_what_is_waited_for() -> None:
    on = name_waits([one(EXPORT, *SQL, on="sql")])
    assert [frame.function for frame in cut_tails(on)[0].frames][-2:] == ["wait", "on sql"]


def test_seconds_in_no_sample_say_so() -> None:
    assert name_unseen([one()])[0].frames[0].function == "(in no sample)"


def test_pruning_sums_what_is_small_and_loses_nothing() -> None:
    small = [one(LABEL, EXPORT, Frame(f"f{n}", "/a.py"), weight=0.001) for n in range(10)]
    shown = prune(0.005)([one(LABEL, EXPORT, FLASK), *small])
    assert total(shown) == pytest.approx(1.01)
    assert {stack.frames[-1].function for stack in shown} == {"dispatch_request", "(each below 0.50%)"}


def test_transforms_leave_what_they_are_given_alone() -> None:
    given = [one(*request("GET /a", EXPORT, *SQL), on="sql")]
    before = list(given)
    for transform in (drop_idle, hide_ours, name_unseen, cut_tails, name_waits, by_work, merged, prune(0.5)):
        transform(given)
    assert given == before
