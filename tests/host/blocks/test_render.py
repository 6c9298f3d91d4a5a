"""What a person reads of a block."""

from __future__ import annotations

from obs.host.blocks.render import lines, plain, summary
from obs.runtime.blocks.block import Block, Stack, Victim

FRAMES = ("urllib/request.py:1 f", "app.py:41 report", "<obs> GET /report", "flask/app.py:9 dispatch")


def block(**fields):
    fields = {"duration": 0.213, "ended": True, "work": "GET /report", "service": "shop", "pid": 7, **fields}
    return Block(start=1_700_000_000.5, start_ns=1, **fields)


def text(made):
    return [plain(line) for line in lines(made)]


def test_all_of_it():
    found = text(
        block(
            cpu=0.002,
            gil_held=False,
            call="time.sleep",
            doing="sleep",
            at="app.py:41 report",
            own=("app.py:41 report",),
            stacks=(Stack(0.02, FRAMES), Stack(0.04, FRAMES), Stack(0.08, ("other.py:1 g",))),
            victims=tuple(Victim(f"GET /{n}", n, n / 10) for n in (9, 3, 2, 1)),
            victims_count=15,
            victims_seconds=1.5,
            feature="reports",
            team="data",
        )
    )
    head, what, *frames, victims = found
    assert head.endswith("  213 ms  GET /report  reports (data)  shop pid 7")
    assert what.strip() == "in time.sleep (sleep) · cpu 2.0 ms, held 211 ms · GIL free"
    assert [frame.strip() for frame in frames] == [FRAMES[0], FRAMES[1]]
    assert victims.strip() == (
        "15 waited 1.50 s: GET /9 9 times 900 ms, GET /3 3 times 300 ms, GET /2 2 times 200 ms, 1 more works"
    )


def test_the_least_of_it():
    assert len(text(block())) == 1


def test_no_end_no_stack_and_a_stop_are_said():
    found = text(block(ended=False, stopped=True, stack_refused="ptrace is not permitted"))
    assert "≥ 213 ms" in found[0]
    assert found[1].strip() == "the process was stopped by a signal or a debugger · no end seen"
    assert found[2].strip() == "no stack from outside: ptrace is not permitted"


def shown(stack, **fields):
    return [line.strip() for line in text(block(stacks=(Stack(0.1, stack),), **fields))[1:]]


def test_the_service_s_own_code_is_always_shown():
    library = tuple(f"lib{n}.py:1 f" for n in range(20))
    own = ("app.py:1 f", "app.py:2 g")
    assert shown((*library, own[0], "lib.py:3 h", own[1], *library), own=own) == [*library[:3], *own]
    assert shown((own[0], *library), own=own) == [own[0]]
    assert shown(library) == list(library[:5])
    assert [line.strip() for line in text(block(at="app.py:1 f"))[1:]] == ["app.py:1 f"]


def test_the_summary_has_the_heaviest_first():
    found = [
        *(block(work="GET /a", call="re.match") for _ in range(2)),
        block(work="GET /long" * 9, duration=2.0, at="app.py:1 f", victims_seconds=0.5),
    ]
    head, *rows = [plain(line) for line in summary(found, 100)]
    assert head.split() == ["work", "blocks", "total", "longest", "others", "waited", "mostly", "in"]
    assert "…" in rows[0]
    assert rows[0].split()[-8:] == ["2.00", "s", "2.00", "s", "500", "ms", "app.py:1", "f"]
    assert rows[1].split() == ["GET", "/a", "2", "426", "ms", "213", "ms", "-", "re.match"]
