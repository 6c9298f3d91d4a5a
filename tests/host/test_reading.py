"""A reading is by work, over every series that says something of it."""

from __future__ import annotations

from obs.host.reading import BOUNDS, reading
from obs.host.tally import Jobs, Queue, Tally
from obs.jobs.outcomes import OUTCOMES

NONE = [0.0] * (len(BOUNDS) + 1)
REQUESTS = "http_server_request_duration_seconds"


def cells(count: float, seconds: float) -> list[float]:
    return [count, *NONE[1:], seconds]


def test_a_route_is_one_work_over_its_statuses_and_5xx_are_errors() -> None:
    found = reading(
        7.0,
        [
            (REQUESTS, ("/a", "GET", "200", ""), cells(5, 0.01)),
            (REQUESTS, ("/a", "GET", "404", ""), cells(2, 0.01)),
            (REQUESTS, ("/a", "GET", "500", "500"), cells(1, 0.02)),
            (REQUESTS, ("/a", "POST", "500", "ValueError"), cells(1, 0.02)),
        ],
    )
    got = found.works["GET /a"]
    assert found.at == 7.0
    assert got.answers == {"200": 5, "404": 2, "500": 1}
    assert (got.errors, got.total, got.counts[0], round(got.seconds, 9)) == (1, 8, 8, 0.04)
    assert found.works["POST /a"].errors == 1


def test_a_job_is_a_work_by_its_outcomes() -> None:
    name = "messaging_process_duration_seconds"
    series = [(name, ("redis", "push", "push.notify", outcome), cells(1, 0.1)) for outcome in OUTCOMES]
    got = reading(0.0, series).works["push.notify"]
    assert (got.answers, got.errors) == (dict.fromkeys(OUTCOMES, 1), 3)


def test_long_lived_requests_count_at_their_end_and_are_open_until_then() -> None:
    labels = ("/events", "GET", "sse")
    got = reading(0.0, [("obs_long_requests_total", labels, [3.0]), ("obs_long_requests_active", labels, [2.0])])
    assert got.works["GET /events"] == Tally((), 0.0, {"sse": 3.0}, 0.0, 2.0)


def test_requests_in_flight_are_added_over_the_methods() -> None:
    name = "http_server_active_requests"
    assert reading(0.0, [(name, ("GET",), [2.0]), (name, ("POST",), [1.0])]).active == 3.0


def test_waits_before_the_handler_are_kept_apart() -> None:
    found = reading(0.0, [("obs_request_queue_seconds", (), cells(3, 0.3))])
    assert (found.works, found.queue.total, found.queue.seconds) == ({}, 3, 0.3)


def test_clocks_are_the_works_and_interference_is_by_pair() -> None:
    found = reading(
        0.0,
        [
            ("obs_work_seconds_total", ("request", "GET /a", "", "cpu"), [0.5]),
            ("obs_work_seconds_total", ("request", "GET /a", "", "wait"), [1.5]),
            ("obs_interference_seconds_total", ("GET /hog", "GET /a"), [0.25]),
        ],
    )
    assert found.works["GET /a"].clocks == {"cpu": 0.5, "wait": 1.5}
    assert found.blame == {("GET /hog", "GET /a"): 0.25}


def test_what_is_not_of_a_work_is_left_out() -> None:
    assert reading(0.0, [("process_open_fds", (), [12.0]), ("my_counter_total", ("a",), [1.0])]).works == {}


def test_waits_blocks_and_owners_are_the_works() -> None:
    found = reading(
        0.0,
        [
            ("obs_wait_seconds_total", ("GET /a", "sql"), [2.0]),
            ("obs_loop_blocks_total", ("GET /a",), [3.0]),
            ("obs_loop_blocked_seconds_total", ("GET /a",), [0.25]),
            ("obs_work_info", ("request", "GET /a", "media", "red"), [1.0]),
            ("obs_processes", (), [2.0]),
        ],
    )
    assert found.works["GET /a"] == Tally(waits={"sql": 2.0}, blocks=3.0, blocked=0.25)
    assert found.owners == {"GET /a": ("media", "red")}
    assert found.vitals.processes == 2.0


def test_a_work_whose_processes_are_gone_keeps_the_owner_of_its_feature() -> None:
    found = reading(
        0.0,
        [
            ("obs_work_seconds_total", ("request", "GET /gone", "media", "cpu"), [0.5]),
            ("obs_work_info", ("request", "GET /a", "media", "red"), [1.0]),
        ],
    )
    assert found.owners["GET /gone"] == ("media", "red")


def test_queues_and_workers_are_told_apart_from_the_jobs() -> None:
    """A queue whose broker can't be read has no backlog; busy places and free ones are those of all workers."""
    found = reading(
        0.0,
        [
            ("obs_job_backlog", ("celery", "push"), [12.0]),
            ("obs_job_oldest_age_seconds", ("celery", "push"), [3.5]),
            ("obs_job_broker_up", ("celery", "push"), [1.0]),
            ("obs_job_broker_up", ("rq", "mail"), [0.0]),
            ("obs_jobs_active", ("push", "push.notify"), [2.0]),
            ("obs_jobs_active", ("push", "push.index"), [1.0]),
            ("obs_job_slots", ("celery",), [8.0]),
        ],
    )
    queues = {("celery", "push"): Queue(12.0, 3.5), ("rq", "mail"): Queue(None, None, up=False)}
    assert found.jobs == Jobs(3.0, 8.0, queues)
    assert not found.works


def test_the_kind_of_a_work_and_how_long_it_was_queued() -> None:
    waits = [0.0] * 16 + [4.0, 9_000.0]
    found = reading(
        0.0,
        [
            ("obs_job_queue_wait_seconds", ("push", "push.notify"), waits),
            ("obs_wait_seconds_total", ("push.notify", "sql"), [1.0]),
            (REQUESTS, ("/a", "GET", "200", ""), cells(5, 0.01)),
            ("obs_work_seconds_total", ("job", "mine", "", "cpu"), [1.0]),
        ],
    )
    assert found.kinds == {"push.notify": "job", "GET /a": "request", "mine": "job"}
    assert found.works["push.notify"].queued == tuple(waits[:-1])
