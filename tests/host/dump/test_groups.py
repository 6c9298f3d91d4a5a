"""Equal stacks together, the most first; and how they read."""

from __future__ import annotations

import pytest

from obs.host.blocks.render import plain
from obs.host.dump import render
from obs.host.dump.groups import cleaned, grouped, kept
from obs.host.dump.snapshot import Frame, Greenlet, Joining, Snapshot
from obs.labels import FILE
from obs.runtime.blocks import shots

READ = Frame("Connection.read_response", "/venv/lib/python3.11/site-packages/redis/connection.py", 512)
RECV = Frame("recv", "/venv/lib/python3.11/site-packages/gevent/_socket3.py", 100)
FEED, CHAT = Frame("feed", "/srv/app/views.py", 7), Frame("chat", "/srv/app/views.py", 70)


def waiting(work="GET /feed", stack=(RECV, READ, FEED), **more):
    label = Frame(work, FILE, 1)
    return Greenlet("waiting", (*stack, label), work=work, on="redis", **more)


def snapshot(*greenlets, pid=1, **more):
    return Snapshot(pid, "shop", greenlets=greenlets, **more)


def text(group, most=12, pids=False):
    return [plain(line) for line in render.lines(group, most, pids=pids)]


def test_equal_stacks_are_one_group_whatever_they_work_on():
    greenlets = [waiting()] * 300 + [waiting("GET /messages")] * 112 + [waiting(stack=(RECV, CHAT))]
    first, second = grouped([snapshot(*greenlets)])
    assert [len(first.members), len(second.members)] == [412, 1]
    assert dict(first.works) == {"GET /feed": 300, "GET /messages": 112}
    head, works, *_ = text(first)
    assert head.startswith("   412 wait for redis  ")
    assert "redis/connection.py:512 Connection.read_response" in head
    assert works.strip() == "GET /feed 300, GET /messages 112"


def test_processes_of_a_service_are_one():
    (group,) = grouped([snapshot(waiting(), pid=1), snapshot(waiting(), pid=2)])
    assert [pid for pid, _ in group.members] == [1, 2]


def test_each_by_itself_if_asked_for():
    groups = grouped([snapshot(waiting(), waiting())], apart=True)
    assert [len(group.members) for group in groups] == [1, 1]
    assert text(groups[0], pids=True)[2].strip() == "pid 1"


def test_what_runs_comes_first_and_what_looks_after_the_others_last():
    hub = Greenlet("running", (RECV,), role="hub", on="(idle)")
    main = Greenlet("waiting", (CHAT,), role="main", on="sleep")
    runs, ready = Greenlet("running", (FEED,)), Greenlet("ready", (CHAT,))
    found = grouped([snapshot(hub, main, waiting(), waiting(), ready, runs)])
    assert [group.members[0][1].state for group in found[:3]] == ["running", "ready", "waiting"]
    assert {group.members[0][1].role for group in found[3:]} == {"hub", "main"}
    assert "the hub: sleeps" in text(found[-2])[0] + text(found[-1])[0]


def test_times_are_a_range():
    greenlets = [waiting(since=0.2, age=1.0), waiting(since=31.0, age=7200.0), waiting()]
    (group,) = grouped([snapshot(*greenlets)])
    assert text(group)[0].endswith("  for 200 ms to 31 s, oldest 2 h")


def test_a_long_stack_is_cut_and_says_so():
    stack = tuple(Frame(f"f{number}", "/srv/app/deep.py", number) for number in range(20))
    (group,) = grouped([snapshot(Greenlet("waiting", stack))])
    assert text(group, 3)[-1].strip() == "… 17 more (--limit 0 shows all)"
    assert len(text(group, 100)) == 21


def test_where_most_were_spawned():
    (group,) = grouped([snapshot(waiting(spawned_at=FEED), waiting(spawned_at=FEED), waiting())])
    assert text(group)[-1].strip().startswith("spawned at")
    assert text(group)[-1].endswith("(2 of them)")


@pytest.mark.parametrize(
    ("greenlet", "said"),
    [
        (Greenlet("waiting", (RECV,), kind="thread"), "thread waiting"),
        (Greenlet("running", (FEED,), kind="thread", on="(holds the GIL)"), "thread running (holds the GIL)"),
        (Greenlet("not started", (FEED,)), "not started"),
        (Greenlet("waiting", (FEED,), kind="thread", role="pool", on="(idle)"), "idle thread of a pool"),
        (Greenlet("waiting", (), on="lock"), "waits for lock  (no Python frame)"),
    ],
)
def test_words(greenlet, said):
    (group,) = grouped([snapshot(greenlet)])
    assert said in text(group)[0]


def test_labels_and_obs_itself_are_left_out_of_stacks():
    ours = Frame("call", f"{shots.OBS}/http/wsgi.py", 1)
    assert cleaned((RECV, ours, Frame("GET /", FILE, 1), FEED)) == (RECV, FEED)


def test_filters():
    assert kept(waiting(), "", "")
    assert kept(waiting(), "FEED", "waiting")
    assert not kept(waiting(), "chat", "")
    assert not kept(waiting(), "", "ready")
    assert not kept(Greenlet("dead"), "", "")
    assert kept(Greenlet("dead"), "", "dead")


def test_parts_are_joined_by_number():
    joining = Joining()
    joining.add({"loops": [{"idle": 1.0}]})
    joining.add(
        {
            "frames": [["f", "a.py", 1], ["GET /x", FILE, 2]],
            "stacks": [[0, 1]],
            "rows": [{"state": "waiting", "stack": 0}],
        }
    )
    joining.add(
        {
            "frames": [["g", "b.py", 3]],
            "stacks": [[2]],
            "rows": [{"state": "ready", "stack": 0, "spawned_at": 1, "new": 1}],
        }
    )
    joining.add({"slices": 2, "complete": True})
    one, other = joining.greenlets
    assert one.stack == other.stack == (Frame("f", "a.py", 1), Frame("GET /x", FILE, 2))
    assert other.spawned_at == Frame("g", "b.py", 3)
    assert one.work == "GET /x"  # by its label: a process may know less than its stacks say
    assert joining.complete
    assert one.as_json() == {
        "state": "waiting",
        "kind": "Greenlet",
        "work": "GET /x",
        "stack": [f._asdict() for f in one.stack],
    }


def test_the_head_of_a_process():
    loop = {"idle": None, "busy": 2.5, "runs": "GET /report", "runs_since": 2.1, "ready": 7}
    hello = {"python": "3.12.1", "versions": {"gevent": "25.1"}}
    made = snapshot(waiting(), Greenlet("running", kind="thread"), hello=hello, loops=(loop,), notes=("only a part",))
    assert [plain(line) for line in render.head(made)] == [
        "pid 1  shop  Python 3.12.1, gevent 25.1",
        "  only a part",
        "  loop: GET /report, runs for 2.10 s; at work without sleep for 2.50 s; 7 in line",
        "  1 waiting, 1 native thread",
    ]


def test_what_has_nothing_to_do_is_counted_apart_and_comes_last():
    idle = Greenlet("waiting", (FEED,), kind="thread", role="pool", on="(idle)")
    hub = Greenlet("running", (FEED,), role="hub", on="(idle)")
    made = snapshot(idle, idle, Greenlet("running", (RECV,), kind="thread"), hub, waiting())
    assert [plain(line) for line in render.head(made)][-1] == "  1 waiting, 3 native threads, 2 of them idle"
    assert [plain(line) for line in render.head(snapshot(hub, idle, idle))][-1] == "  2 native threads (idle)"
    assert [plain(line) for line in render.head(snapshot(hub))][-1] == "  no greenlet but its own"
    assert [group.members[0][1].role for group in grouped([made])] == ["", "", "pool", "hub"]
