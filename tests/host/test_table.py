"""The table as a person sees it: the texts are fixed, to be looked at when they change."""

from __future__ import annotations

import io

import pytest

from obs.host import table
from obs.host.rates import Blame, Rates, Row, Standing
from obs.host.tally import Queue

CLOCKS = {"cpu": 0.0008, "held": 0.0, "delay": 0.0312, "wait": 0.0641}
VIEW = table.View(
    "chat-api under obs run, 2 workers, 12 s: rates of the last 10 s",
    Rates(
        [
            Row("GET /channels/<int:id>/messages", 31.2, 0.0, 0.0025, 0.0934, 0.4, 3120, CLOCKS, CLOCKS),
            Row("GET /channels/<int:id>/stats", 3.2, 0.105, 0.0025, 0.05, 0.04, 322, CLOCKS, CLOCKS),
            Row(
                "POST /attachments", 1.6, 0.0004, 0.0875, 1.254, 0.2, 161, CLOCKS | {"cpu": 1.2}, CLOCKS, blocked=0.063
            ),
            Row("GET /events [beta]", 0.4, 0.0, None, None, 2.0, 12),
        ],
        Row("(queue)", 80.0, 0.0, 0.0025, 0.31, 0.5, 8000),
        Row("total", 1250.4, 0.0041, 0.0031, 0.181, 1.2, 250_000, CLOCKS, CLOCKS, blocked=0.063),
    ),
    [("metrics", "http://127.0.0.1:9464/metrics")],
)

PLAIN = """\
chat-api under obs run, 2 workers, 12 s: rates of the last 10 s
                                                                                                           in
work                               rate errors     p50     p99     cpu    held   delay    wait blocked flight   total
GET /channels/<int:id>/messages  31.2/s     0%  2.5 ms   93 ms  0.8 ms  0.0 ms   31 ms   64 ms      0%    0.4   3,120
GET /channels/<int:id>/stats      3.2/s    10%  2.5 ms   50 ms  0.8 ms  0.0 ms   31 ms   64 ms      0%    0.0     322
POST /attachments                 1.6/s  <0.1%   88 ms  1.25 s  1.20 s  0.0 ms   31 ms   64 ms    6.3%    0.2     161
GET /events [beta]                0.4/s     0%       -       -       -       -       -       -       -    2.0      12
(queue)                          80.0/s     0%  2.5 ms  310 ms       -       -       -       -       -    0.5   8,000
total                            1250/s   0.4%  3.1 ms  181 ms  0.8 ms  0.0 ms   31 ms   64 ms    6.3%    1.2    250k

metrics     http://127.0.0.1:9464/metrics"""

NARROW = {
    80: "GET /channels/<int:id>/m…  31.2/s     0%   93 ms  0.8 ms  0.0 ms   31 ms   64 ms",
    60: "GET /channels/<int:i…  31.2/s     0%   93 ms  0.8 ms   31 ms",
}
"""The least telling columns go first, and then the names are cut."""


def rendered(width: int) -> list[str]:
    """What rich draws, without its colours."""
    console = pytest.importorskip("rich.console").Console(file=io.StringIO(), width=width)
    console.print(table.coloured(VIEW, width))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


JOBS = Rates(
    [
        Row("push.notify", 31.2, 0.02, 0.0025, 0.0934, 0.4, 3120, CLOCKS, CLOCKS, kind="job", queued=7.25),
        Row("GET /home", 3.2, 0.0, 0.0025, 0.05, 0.04, 322, CLOCKS, CLOCKS, kind="request"),
    ],
    None,
    Row("total", 34.4, 0.0, 0.0031, 0.181, 0.4, 3442, CLOCKS, CLOCKS),
    queues=[
        Standing("rq", "index", Queue(None, None, up=False), None),
        Standing("celery", "mail", Queue(1_203, 90.4), -12.0),
        Standing("huey", "push", Queue(1, 0.4), 0.5),
        Standing("huey", "quiet", Queue(0, 0), 0.0),
    ],
)


def test_jobs_have_a_column_of_their_own_and_their_queues_are_told() -> None:
    plain = table.plain(table.View("t", JOBS, list(table.queues(JOBS))), 120)
    _, above, heads, notify, home, *_ = plain.splitlines()
    assert above.split() == ["in", "in"]
    assert " ".join(heads.split()) == "work rate errors p50 p99 queue cpu held delay wait blocked flight total"
    assert " 7.25 s" in notify
    assert "       -" in home
    assert plain.splitlines()[-4:] == [
        "queues      index (rq): the broker can't be read",
        "            mail (celery): 1,203 jobs, the oldest 90 s old, 12.0/s fewer, empty in 100 s",
        "            push (huey): 1 job, the oldest 0.4 s old, 0.5/s more",
        "            1 other",
    ]


def test_plain_text() -> None:
    assert table.plain(VIEW, 120) == PLAIN


@pytest.mark.parametrize("width", NARROW)
def test_a_narrow_terminal_leaves_columns_out_and_never_cuts_a_number(width: int) -> None:
    assert table.plain(VIEW, width).splitlines()[3] == NARROW[width]
    assert NARROW[width] in rendered(width)


@pytest.mark.parametrize("width", [118, 140, 200])
def test_rich_draws_the_same_texts_in_the_same_places(width: int) -> None:
    drawn = rendered(width)
    for line in PLAIN.splitlines():
        assert line in drawn, line


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, rendered(width))) <= width
    assert max(map(len, table.plain(VIEW, width).splitlines())) <= width


def test_the_worst_culprits_are_named_with_their_victims() -> None:
    blame = [
        Blame("POST /attachments", 0.412, [("GET /home", 0.67), ("GET /search", 0.25), ("GET /events", 0.08)]),
        Blame("GET /export", 0.02, [("GET /home", 1.0)]),
        Blame("GET /stats", 0.01, [("GET /home", 1.0)]),
    ]
    assert list(table.blamed(Rates([], None, VIEW.rates.total, blame))) == [
        ("blame", "POST /attachments costs 412 ms each second: GET /home 67%, GET /search 25%, 1 others"),
        ("", "GET /export costs 20 ms each second: GET /home 100%"),
    ]


def test_what_deserves_a_look_is_marked() -> None:
    style = {"fast": table.slow_style(0.02), "slow": table.slow_style(0.1), "very slow": table.slow_style(0.25)}
    assert style == {"fast": "", "slow": "yellow", "very slow": "bold red"}
    assert table.slow_style(None) == ""
    assert (table.error_style(0.0), table.error_style(0.001)) == ("dim", "bold red")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0.0, "0.0 ms"),
        (0.00994, "9.9 ms"),
        (0.00996, "10 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (10.0, "10.00 s"),
    ],
)
def test_durations_have_three_figures_at_most_and_their_unit(seconds: float | None, text: str) -> None:
    assert table.duration(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0.0, "0%"), (0.0001, "<0.1%"), (0.001, "0.1%"), (0.0994, "9.9%"), (0.0996, "10%"), (1.0, "100%")],
)
def test_a_share_that_is_not_nothing_is_never_0(ratio: float, text: str) -> None:
    assert table.share(ratio) == text
