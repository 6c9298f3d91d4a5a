"""``obs.work``: what a service opens by hand is measured like its requests, and never at the service's expense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import obs

Target = Callable[..., None]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("task", "a"), ValueError, '"job" or "request"'),
        ((None, "a"), ValueError, '"job" or "request"'),
        (("job", 7), TypeError, "the name is a int"),
        (("job", ""), ValueError, "empty"),
        (("job", " \n"), ValueError, "empty"),
        (("request", "users"), ValueError, "METHOD /route"),
        (("request", "get /users"), ValueError, "METHOD /route"),
    ],
)
def test_what_cannot_be_a_work_is_an_error_where_it_is_written(
    arguments: tuple[Any, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        obs.work(*arguments)


def test_a_queue_that_is_no_text_is_an_error() -> None:
    with pytest.raises(TypeError, match="the queue is a int"):
        obs.work("job", "a", queue=3)  # type: ignore[arg-type]


def test_a_generator_function_is_refused_where_it_is_decorated() -> None:
    with pytest.raises(TypeError, match="inside it"):

        @obs.work("job", "a")
        def steps() -> Any:
            yield


def test_while_obs_is_off_it_does_nothing_and_is_still_usable() -> None:
    with obs.work("job", "a") as work:
        assert obs.current() is None
        work.status = "200"

    @obs.work("job", "a")
    def twice(number: int) -> int:
        """Double it."""
        return 2 * number

    assert (twice(2), twice.__name__, twice.__doc__) == (4, "twice", "Double it.")
    with pytest.raises(KeyError), obs.work("job", "a"):
        raise KeyError


def test_a_job_is_current_and_counted_by_its_outcome(target: Target) -> None:
    target("""
    with obs.work("job", "nightly.cleanup", queue="cron") as work:
        assert obs.current() is work
        assert (work.kind, work.name, work.ended) == ("job", "nightly.cleanup", 0)
    assert obs.current() is None and work.ended
    error = ValueError()
    try:
        with obs.work("job", "nightly.cleanup", queue="cron"):
            raise error
    except ValueError as caught:
        assert caught is error and caught.__context__ is None
    assert jobs() == {("nightly.cleanup", "cron", "ok"): 1, ("nightly.cleanup", "cron", "failed"): 1}
    assert obs.current() is None
    """)


def test_only_what_says_that_nobody_wants_more_is_no_failure(target: Target) -> None:
    target("""
    def ends(error):
        try:
            with obs.work("job", repr(error)):
                raise error
        except BaseException as caught:
            assert caught is error
    for error in (SystemExit(0), SystemExit(), GeneratorExit(), SystemExit(1), KeyboardInterrupt()):
        ends(error)
    assert [outcome for _, _, outcome in jobs()] == ["ok", "ok", "ok", "failed", "failed"]
    """)


def test_a_decorated_function_has_a_frame_of_the_works_name_and_a_clean_traceback(target: Target) -> None:
    target("""
    @obs.work("job", "push.notify")
    def push(depth):
        assert obs.current().name == "push.notify"
        names = [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe())]
        if depth:
            return push(depth - 1)
        return names.count("push.notify"), obs.current().parent.name
    assert push(1) == (2, "push.notify")
    assert jobs() == {("push.notify", "", "ok"): 2}

    @obs.work("job", "push.fail")
    def fail():
        1 / 0
    try:
        fail()
    except ZeroDivisionError as error:
        assert [frame.name for frame in traceback.extract_tb(error.__traceback__)] == ["<module>", "fail"]
    assert jobs()["push.fail", "", "failed"] == 1
    """)


def test_a_coroutine_function_is_measured_until_it_returns(target: Target) -> None:
    target("""
    import asyncio
    @obs.work("job", "async")
    async def work():
        await asyncio.sleep(0.02)
        return obs.current().name
    assert asyncio.run(work()) == "async" and obs.current() is None
    ((*counts, seconds),) = metrics("messaging_process_duration_seconds").values()
    assert sum(counts) == 1 and seconds >= 0.02
    """)


def test_a_work_in_another_is_part_of_its_trace_and_of_its_own_name(target: Target) -> None:
    target("""
    with obs.work("job", "outer") as outer:
        with obs.work("job", "inner") as inner:
            assert inner.parent is outer and inner.ids()[0] == outer.ids()[0]
            assert inner.ids()[1] != outer.ids()[1]
        assert obs.current() is outer
    assert jobs() == {("outer", "", "ok"): 1, ("inner", "", "ok"): 1}
    """)


def test_one_object_serves_many_at_once(target: Target) -> None:
    target("""
    job = obs.work("job", "shared")
    seen, ready = [], threading.Barrier(5)
    def serve():
        with job as mine:
            ready.wait()
            seen.append(obs.current() is mine)
            with job as inner:
                ready.wait()
                seen.append(obs.current() is inner and inner.parent is mine)
            seen.append(obs.current() is mine)
        seen.append(obs.current() is None)
    threads = [threading.Thread(target=serve) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert seen == [True] * 20 and jobs() == {("shared", "", "ok"): 10}
    """)


def test_the_first_works_of_many_threads_share_one_store(target: Target) -> None:
    target("""
    sys.setswitchinterval(1e-5)
    start = threading.Barrier(8)
    def serve():
        start.wait()
        with obs.work("job", "first"):
            pass
    threads = [threading.Thread(target=serve) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert jobs() == {("first", "", "ok"): 8}
    """)


def test_what_cannot_be_made_is_tried_once_and_works_go_on_unmeasured(target: Target) -> None:
    target(
        """
    from obs.jobs import sorts
    def broken():
        raise RuntimeError("obs is broken")
    sorts.turn_on(broken)
    for _ in range(3):
        with obs.work("job", "a"):
            assert obs.current() is None
    assert errors.faults == {"jobs: the opening of a delivery": 1}
    """,
        faults=True,
    )


def test_it_may_be_closed_elsewhere_or_out_of_order(target: Target) -> None:
    """A generator is closed where its last reference dies; two of them interleave in one context."""
    target("""
    def steps(name):
        with obs.work("job", name):
            yield
    first, second = steps("first"), steps("second")
    next(first)
    next(second)
    list(first)
    assert obs.current().name == "second"
    list(second)
    assert obs.current() is None
    left = steps("left")
    contextvars.Context().run(next, left)
    left.close()
    assert obs.current() is None
    assert jobs() == {(name, "", "ok"): 1 for name in ("first", "second", "left")}
    """)


def test_a_child_belongs_to_it_and_a_greenlet_beside_it_does_not(target: Target) -> None:
    target("""
    seen = {}
    def look(name):
        seen[name] = obs.current()
    go = threading.Event()
    beside = threading.Thread(target=lambda: (go.wait(), look("beside")))
    beside.start()
    with obs.work("job", "a") as work:
        child = threading.Thread(target=look, args=["child"])
        child.start()
        child.join()
        go.set()
        beside.join()
    assert seen == {"child": work, "beside": None}
    """)


def test_its_owner_is_the_feature_that_obs_toml_names(target: Target) -> None:
    toml = """
    [[feature]]
    name = "upkeep"
    team = "platform"
    jobs = ["nightly.*"]
    routes = ["POST /rooms/*"]
    """
    target(
        """
    with obs.work("job", "nightly.cleanup") as job, obs.work("request", "POST /rooms/Send") as request:
        assert [(work.feature, work.team) for work in (job, request)] == [("upkeep", "platform")] * 2
    with obs.work("job", "other"):
        pass
    assert metrics("obs_work_info") == {
        ("job", "nightly.cleanup", "upkeep", "platform"): [1.0],
        ("request", "POST /rooms/Send", "upkeep", "platform"): [1.0],
        ("job", "other", "", ""): [1.0],
    }
    """,
        toml=toml,
    )


def test_a_request_by_hand_counts_as_one_of_http(target: Target) -> None:
    target("""
    def in_flight():
        return metrics("http_server_active_requests")["POST",][0]
    with obs.work("request", "POST /chat.Rooms/Send"):
        assert in_flight() == 1
    with obs.work("request", "POST /chat.Rooms/Send") as work:
        work.status = "503"
    try:
        with obs.work("request", "POST /chat.Rooms/Send"):
            raise KeyError
    except KeyError:
        pass
    route = ("/chat.Rooms/Send", "POST")
    assert requests() == {(*route, "200", ""): 1, (*route, "503", "503"): 1, (*route, "500", "KeyError"): 1}
    assert in_flight() == 0
    """)


def test_made_up_names_do_not_grow_without_end(target: Target) -> None:
    target("""
    from obs.jobs import sorts
    sorts.MOST = 3
    for number in range(5):
        with obs.work("job", f"job {number}", queue="q"):
            pass
    assert jobs() == {
        **{(f"job {number}", "q", "ok"): 1 for number in range(3)}, ("__overflow__", "__overflow__", "ok"): 2
    }
    """)


def test_its_clocks_add_up_to_its_duration_and_waits_are_told_from_work(target: Target) -> None:
    target("""
    import time
    from obs.runtime import accounting
    accounting.install()

    def burn(seconds):
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass

    def clocks(work):
        return work.cpu + work.held + work.delay + work.wait

    with obs.work("job", "outer") as outer:
        burn(0.05)
        with obs.work("job", "inner") as inner:
            time.sleep(0.05)
    for work in (outer, inner):
        assert abs(clocks(work) - work.duration) < 0.001, (work, clocks(work), work.duration)
    assert outer.cpu > 0.045 and inner.cpu < 0.01
    assert inner.wait > 0.045 and outer.wait > 0.045
    handle.uninstrument()
    accounting.uninstall()
    """)


def test_a_child_forked_inside_it_does_not_count_it_again_and_counts_its_own(target: Target) -> None:
    target(
        """
    import os
    with obs.work("request", "POST /parent") as work:
        child = os.fork()
        if not child:
            with obs.work("job", "child"):
                pass
    if not child:
        assert obs.current() is None
        os._exit(7 if errors.faults else 0)
    assert os.waitpid(child, 0)[1] == 0
    assert requests() == {("/parent", "POST", "200", ""): 1}
    assert jobs() == {("child", "", "ok"): 1}
    assert metrics("http_server_active_requests")["POST",] == [0.0]
    """,
        OBS_TRACE_RATIO="1",
    )


def test_turned_off_it_still_ends_what_is_open_and_opens_no_more(target: Target) -> None:
    target("""
    with obs.work("job", "a") as work:
        handle.uninstrument()
    assert work.ended and obs.current() is None
    with obs.work("job", "b"):
        assert obs.current() is None
    """)


def test_a_fault_of_obs_does_not_reach_the_service(target: Target) -> None:
    target(
        """
    from obs.jobs import opened, sorts
    from obs.jobs.sort import Job
    def broken(*_):
        raise RuntimeError("obs is broken")
    make, Job.closed = sorts.Sorts.job, broken
    with obs.work("job", "a"):
        assert obs.current() is not None
    assert obs.current() is None
    sorts.Sorts.job = broken
    with obs.work("job", "a"):
        assert obs.current() is None
    assert obs.work("job", "a")(lambda: 7)() == 7
    assert errors.faults == {"jobs: the end of a Work": 1, "jobs: the opening of a delivery": 2}
    """,
        faults=True,
    )


def test_a_job_whose_wait_cannot_be_told_is_open_and_closed_all_the_same(target: Target) -> None:
    target(
        """
    from obs.jobs.delivery import deliver, finish
    from obs.jobs.message import Message
    for attempt in (1, 2):
        delivery = deliver(Message("push.notify", "push", "x", sent="yesterday", attempt=attempt))
        assert obs.current() is delivery is not None
        finish(delivery)
        assert obs.current() is None
    assert jobs() == {("push.notify", "push", "ok"): 2}
    assert errors.faults == {"jobs: the wait of a delivery": 2}
    """,
        faults=True,
    )
