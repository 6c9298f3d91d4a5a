"""What py-spy wrote becomes samples, each with its work; and what it can't have written is refused."""

from __future__ import annotations

import json

import pytest

from obs.profiling.outside.dispatch import endpoint
from obs.profiling.outside.samples import Taken, session_of
from obs.profiling.outside.seen import Seen
from obs.profiling.outside.speedscope import read
from obs.profiling.session import Frame, SessionError

GEVENT = "/site-packages/gevent"
HUB = Frame("Hub.run", f"{GEVENT}/hub.py", 647)
ROOT = Frame("_handle_and_close_when_done", f"{GEVENT}/baseserver.py", 34)
VIEW = Frame("show", "/srv/app/users.py", 7)
FLASK = Frame("Flask.dispatch_request", "/site-packages/flask/app.py", 902)
GUNICORN = Frame("AsyncWorker.handle_request", "/site-packages/gunicorn/workers/base_async.py", 329)


def label(name):
    return Frame(name, "<obs>", 0, "label")


def document(*stacks, title='Thread 7 "main"'):
    """As py-spy writes it, a frame for the thread included."""
    frames = list(dict.fromkeys(frame for stack in stacks for frame in stack))
    shown = [{"name": f"thread ({title})", "file": "", "line": 0}]
    shown += [{"name": frame.function, "file": frame.file, "line": frame.line, "col": None} for frame in frames]
    samples = [[0, *(1 + frames.index(frame) for frame in stack)] for stack in stacks]
    profile = {
        "type": "sampled",
        "name": title,
        "unit": "seconds",
        "samples": samples,
        "weights": [0.01] * len(samples),
    }
    return json.dumps({"profiles": [profile], "shared": {"frames": shown}}).encode()


def test_a_look_has_its_thread_and_its_stack_and_labels_are_known():
    (seen,) = read(document((ROOT, label("GET /a; b"), VIEW)))
    assert seen == Seen(7, "main", (ROOT, label("GET /a; b"), VIEW))


@pytest.mark.parametrize(
    ("function", "file", "kind"),
    [
        ("scan_once_unicode", "/build/Modules/_json.c", "native"),
        ("epoll_wait", "/lib/x86_64-linux-gnu/libc.so.6", "native"),
        ("0x7f6a91e4524a", "", "native"),
        ("top-level template code", "/srv/app/templates/page.html", "python"),
        ("_find_and_load", "<frozen importlib._bootstrap>", "python"),
    ],
)
def test_machine_code_is_told_from_python(function, file, kind):
    (seen,) = read(document((Frame(function, file, 1),)))
    assert seen.stack[0].kind == kind


@pytest.mark.parametrize(("title", "thread"), [('Thread 0x7F "x"', 127), ("Thread 12", 12), ("something", 0)])
def test_threads_are_known_by_any_of_their_numbers(title, thread):
    assert read(document((VIEW,), title=title))[0].thread == thread


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"profiles": [{}], "shared": {"frames": []}}', b"\xff\xfe"])
def test_what_py_spy_has_not_written_is_an_error(text):
    with pytest.raises(SessionError, match="what py-spy wrote can't be read"):
        read(text)


def test_a_frame_that_is_not_there_is_an_error():
    text = json.loads(document((VIEW,)))
    text["profiles"][0]["samples"] = [[99]]
    with pytest.raises(SessionError):
        read(json.dumps(text).encode())


def works(*stacks, accounted=("GET /a",)):
    session = session_of([Seen(7, "", stack) for stack in stacks], Taken(42, 100, 3), accounted)
    return {sample.work: sample.looks for sample in session.samples}, session


def test_the_innermost_label_is_the_work():
    assert works((ROOT, label("job"), label("GET /a"), VIEW))[0] == {"GET /a": 1}


def test_a_label_that_had_to_be_escaped_is_its_work_all_the_same():
    assert works((ROOT, label(r"GET /a\x3bb"), VIEW), accounted=("GET /a;b",))[0] == {"GET /a;b": 1}


def test_an_idle_loop_is_left_out_and_its_callbacks_are_the_loops():
    found, _ = works((HUB,), (HUB, VIEW), (ROOT, VIEW))
    assert found == {"(loop)": 1, "(unattributed)": 1}


def test_a_thread_without_a_loop_is_no_loops():
    found, _ = works((Frame("Thread._run", "/obs/runtime/watch/thread.py", 1),))
    assert found == {"(threads)": 1}


def test_a_request_before_it_is_routed_has_no_name_and_that_is_said():
    found, session = works(
        (ROOT, Frame("Wsgi.__call__", "/x/obs/http/wsgi.py", 9), VIEW), (ROOT, label("GET /a"), VIEW)
    )
    assert found == {"": 1, "GET /a": 1}
    assert session.notes[0].startswith("50% of the CPU samples inside requests")


def test_what_could_not_be_read_is_counted():
    _, session = works((), (ROOT, VIEW))
    assert sum(session.lost.values()) == 4
    assert session.rates == {"cpu": 100.0}
    assert session.samples[0].weight == pytest.approx(0.01)


WRAPPED = Frame("login_required.<locals>.wrapper", "/srv/app/auth.py", 3)


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ((ROOT, GUNICORN, FLASK, VIEW), ("show (app/users.py)", "flask")),
        ((ROOT, GUNICORN, FLASK, WRAPPED, VIEW), ("show (app/users.py)", "flask")),
        ((ROOT, GUNICORN, FLASK, WRAPPED), ("login_required.<locals>.wrapper (app/auth.py)", "flask")),
        ((ROOT, GUNICORN, VIEW), ("show (app/users.py)", "gunicorn")),
        ((ROOT, GUNICORN, Frame("Flask.__call__", "/site-packages/flask/app.py", 1)), ("", "")),
        (
            (
                Frame("build_tracer.<locals>.trace_task", "/p/celery/app/trace.py", 1),
                Frame("x", "/p/celery/y.py", 1),
                VIEW,
            ),
            ("show (app/users.py)", "celery"),
        ),
        (
            (Frame("Worker.perform_job", "/p/rq/worker.py", 1), Frame("Job._execute", "/p/rq/job.py", 1), VIEW),
            ("show (app/users.py)", "rq"),
        ),
        ((Frame("WSGIRequestHandler.run_wsgi.<locals>.execute", "/p/werkzeug/serving.py", 1), VIEW),
         ("show (app/users.py)", "werkzeug")),
        ((ROOT, GUNICORN, FLASK, Frame("iscoroutinefunction", "/usr/lib/python3.11/inspect.py", 398)), ("", "")),
        ((ROOT, GUNICORN, FLASK, Frame("ContextDecorator.inner", "/usr/lib/python3.11/contextlib.py", 81), VIEW),
         ("show (app/users.py)", "flask")),
        ((ROOT, VIEW), ("", "")),
        ((), ("", "")),
    ],
)  # fmt: skip
def test_an_endpoint_is_the_function_that_a_framework_called(stack, expected):
    assert endpoint(stack) == expected


def test_a_process_without_obs_says_whose_frames_its_endpoints_are_of():
    found, session = works((ROOT, GUNICORN, FLASK, VIEW), (HUB,), accounted=None)
    assert found == {"show (app/users.py)": 1}
    assert "without obs" in session.notes[0]
    assert "flask" in session.notes[0]


def test_a_label_shows_that_there_is_obs_also_where_nothing_is_accounted():
    assert works((ROOT, label("GET /a"), VIEW), accounted=None)[0] == {"GET /a": 1}


@pytest.mark.parametrize("stack", [(label("GET /a"), VIEW), (label("GET /a"), label("GET /b"), VIEW)])
def test_a_greenlet_is_named_by_what_it_began_in_and_no_label(stack):
    (sample,) = works(stack)[1].samples
    assert sample.greenlet == VIEW.function


def held(stack, thread=7, looks=1):
    return Seen(thread, "", stack, looks, "held")


def test_standing_still_holds_a_loop_and_is_just_waiting_in_any_other_thread():
    seen = [Seen(7, "", (HUB,)), held((ROOT, label("GET /a"), VIEW), looks=3), held((VIEW,), thread=8)]
    session = session_of(seen, Taken(7, 100, pause=0.02), {"GET /a": {"held": 1.0}})
    (sample,) = session.samples
    assert (sample.work, sample.view, sample.weight, sample.looks) == ("GET /a", "held", pytest.approx(0.06), 3)
    assert session.rates == {"cpu": 100.0, "held": 100.0}


def test_a_loop_in_its_poll_holds_nobody():
    assert session_of([held((HUB,))], Taken(7, 100), {}).samples == ()


@pytest.mark.parametrize(("seconds", "samples"), [({"held": 9.0}, 1), ({"wait": 9.0}, 0)])
def test_a_loop_that_never_came_back_to_its_poll_is_known_by_its_accounts(seconds, samples):
    stuck = held((label("GET /a"), VIEW))
    assert len(session_of([stuck], Taken(7, 100), {"GET /a": seconds}).samples) == samples
