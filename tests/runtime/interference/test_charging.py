"""A delay is charged to who ran in it, to the nanosecond."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from obs import errors
from obs.runtime import interference
from obs.runtime.interference import charging
from obs.runtime.interference.ran import NAMES, UNATTRIBUTED
from obs.work import Work
from tests.runtime.interference.conftest import stretch

MS = 1_000_000


def work(name: str) -> Work:
    return Work("request", name)


@pytest.fixture
def seconds(table):
    return table().seconds


def test_one_long_block_is_charged_to_its_work(clock, seconds):
    export = work("GET /export")
    c = clock((10 * MS, "(loop)"), (400 * MS, export), (2 * MS, "(loop)"))
    interference.charge(c, work("GET /"), c.now - 300 * MS, c.now)
    assert seconds() == pytest.approx({("GET /export", "GET /"): 0.298, ("(loop)", "GET /"): 0.002})


@pytest.mark.parametrize("slices", [5, 200, 1500])
def test_many_short_slices_add_up_like_one_long_block(clock, seconds, slices):
    """Whether they are few enough to be walked or not; each is another request of the same route."""
    ran = [part for _ in range(slices) for part in ((2 * MS, work("GET /poll")), (MS // 10, "(loop)"))]
    c = clock(*ran)
    interference.charge(c, work("POST /send"), 1_000, c.now)
    assert seconds()["GET /poll", "POST /send"] == pytest.approx(slices * 0.002)
    assert seconds()["(loop)", "POST /send"] == pytest.approx(slices * 0.0001)


def test_requests_of_one_route_that_wait_for_each_other_are_a_row_of_their_own(clock, seconds):
    c = clock((50 * MS, work("GET /")))
    interference.charge(c, work("GET /"), 1_000, c.now)
    assert seconds() == pytest.approx({("GET /", "GET /"): 0.05})


def test_time_outside_the_known_segments_is_charged_to_nobody_by_name(clock, seconds):
    c = clock((50 * MS, work("GET /a")))
    interference.charge(c, work("GET /"), 1_000 - 5 * MS, c.now + 2 * MS)
    assert seconds() == pytest.approx({("GET /a", "GET /"): 0.05, (UNATTRIBUTED, "GET /"): 0.007})


def test_a_delay_of_nothing_makes_no_series(clock, seconds):
    c = clock((MS, work("GET /a")))
    interference.charge(c, work("GET /"), c.now, c.now)
    interference.charge(c, work("GET /"), c.now + 5, c.now)
    assert seconds() == {}


def test_a_new_stretch_forgets_the_one_before(clock, seconds):
    many = [(MS, work("GET /old"))] * 20
    c = clock(*many)
    interference.charge(c, work("GET /"), 1_000, c.now)
    c.segments.clear()
    c.stretch = c.now + 500 * MS
    c.segments += [(c.stretch + (i + 1) * MS, work("GET /new")) for i in range(30)]
    interference.charge(c, work("GET /"), c.stretch, c.stretch + 30 * MS)
    assert seconds() == pytest.approx({("GET /old", "GET /"): 0.02, ("GET /new", "GET /"): 0.03})


def test_a_fault_stays_inside(clock, monkeypatch):
    c = clock((MS, work("GET /a")))
    c.segments = None
    monkeypatch.setitem(errors.faults, "runtime.interference", 1)
    interference.charge(c, work("GET /"), 1_000, 2_000)
    charging.compact(c)
    assert errors.faults["runtime.interference"] == 3


names = st.sampled_from(["GET /a", "GET /b", "(loop)", "(after) GET /c"])
lengths = st.integers(min_value=0, max_value=30 * MS)


@settings(max_examples=200, deadline=None)
@example(ran=[(0, "GET /a"), (0, "GET /a")], delays=[(0, 0, "GET /v"), (0, 1, "GET /v")], cut=1, few=False)
@given(
    ran=st.lists(st.tuples(lengths, names), max_size=60),
    delays=st.lists(
        st.tuples(st.integers(-5 * MS, 900 * MS), lengths, st.sampled_from(["GET /v", "GET /w"])), max_size=8
    ),
    cut=st.integers(0, 60),
    few=st.booleans(),
)
def test_what_is_charged_adds_up_to_the_delay_exactly(ran, delays, cut, few):
    """Walked, by totals, sampled, behind what is forgotten, or outside of all segments."""
    charged: dict[tuple[str, str], int] = {}

    class Sum:
        @staticmethod
        def add(culprit: str, victim: str, ns: int) -> None:
            assert ns > 0
            charged[culprit, victim] = charged.get((culprit, victim), 0) + ns

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charging, "pairs", Sum)
        if few:
            patch.setattr("obs.runtime.interference.ran.NAMES", 2)
        c = _clock(ran)
        charges = charging.begin(c)
        expected: dict[str, int] = {}
        for at, (start, length, victim) in enumerate(delays):
            if at == 1 and 0 < cut < len(c.segments):
                charges.ran.forget(c, len(c.segments) - cut)
            before = dict(expected)
            interference.charge(c, work(victim), start, start + length)
            expected[victim] = before.get(victim, 0) + length
    by_victim: dict[str, int] = {}
    for (_, victim), ns in charged.items():
        by_victim[victim] = by_victim.get(victim, 0) + ns
    assert by_victim == {victim: ns for victim, ns in expected.items() if ns}


def _clock(ran):
    return stretch(*[(length, who if who[0] == "(" else work(who)) for length, who in ran])


@settings(max_examples=100, deadline=None)
@given(ran=st.lists(st.tuples(lengths, names), min_size=1, max_size=60), start=st.integers(0, 100), length=lengths)
def test_the_totals_say_what_walking_every_segment_says(ran, start, length):
    c = _clock(ran)
    end = c.segments[-1][0]
    start = 1_000 + (end - 1_000) * start // 100
    stop = min(start + length, end)
    expected: dict[str, int] = {}
    began = 1_000
    for ended, who in c.segments:
        ns = min(ended, stop) - max(began, start)
        if ns > 0:
            name = who if isinstance(who, str) else who.name
            expected[name] = expected.get(name, 0) + ns
        began = ended
    found: dict[str, int] = {}
    for name, ns in charging.begin(c).ran.between(c, start, stop):
        found[name] = found.get(name, 0) + ns
    assert found == expected


def test_among_many_names_the_shares_are_sampled_without_bias(clock, table):
    seconds = table().seconds
    names = [f"GET /{i}" for i in range(NAMES + 8)]
    c = clock(*[(MS, work(name)) for name in names for _ in range(3)], (80 * MS, work("GET /export")))
    for _ in range(50):
        interference.charge(c, work("GET /"), 1_000, c.now)
    assert sum(seconds().values()) == pytest.approx(50 * 0.2)
    assert seconds()["GET /export", "GET /"] == pytest.approx(50 * 0.08, rel=0.05)


class TestCompact:
    def test_a_long_stretch_is_bounded_and_its_sums_stay(self, clock, table):
        seconds = table().seconds
        ran = [part for _ in range(3000) for part in ((3 * MS, work("GET /a")), (MS, work("GET /b")))]
        c = clock(*ran)
        charging.compact(c)
        assert len(c.segments) == charging.FRESH
        interference.charge(c, work("GET /"), 1_000, c.now)
        assert seconds() == pytest.approx({("GET /a", "GET /"): 9.0, ("GET /b", "GET /"): 3.0})

    def test_a_block_that_is_forgotten_is_still_charged_to_its_work(self, clock, table):
        seconds = table().seconds
        c = clock((900 * MS, work("GET /export")), *[(MS // 10, work("GET /"))] * 3000)
        charging.compact(c)
        interference.charge(c, work("POST /"), 1_000, c.now)
        assert seconds()["GET /export", "POST /"] == pytest.approx(0.9)

    def test_it_goes_on_over_many_times(self, clock, table):
        seconds = table().seconds
        c = clock()
        for _ in range(20):
            for _ in range(1_000):
                c.now += MS
                c.segments.append((c.now, work(f"GET /{c.now // MS % 3}")))
            charging.compact(c)
        assert len(c.segments) <= charging.LIMIT
        interference.charge(c, work("GET /"), 1_000, c.now)
        assert sum(seconds().values()) == pytest.approx(20.0)
        assert len(seconds()) == 3

    def test_of_many_names_the_heaviest_stay_known(self, clock, table):
        seconds = table().seconds
        ran = [(MS, work(f"GET /{i}")) for i in range(3000)]
        c = clock((500 * MS, work("GET /export")), *ran)
        charging.compact(c)
        assert len(c.charges.ran.forgotten) <= NAMES + 1
        interference.charge(c, work("GET /"), 1_000, 1_000 + 2_000 * MS)
        assert sum(seconds().values()) == pytest.approx(2.0)
        assert seconds()["GET /export", "GET /"] > 0.3

    def test_a_short_stretch_is_left_alone(self, clock):
        c = clock((MS, work("GET /")))
        charging.compact(c)
        assert (len(c.segments), c.charges) == (1, None)


def test_a_delay_that_stands_for_others_is_charged_for_them(clock, seconds):
    c = clock((50 * MS, work("GET /a")))
    interference.charge(c, work("GET /"), 1_000, c.now, 3)
    assert seconds() == pytest.approx({("GET /a", "GET /"): 0.15})
    assert interference.victims(1_000, c.now, c) == [("GET /", 3, pytest.approx(0.15))]


class TestBehind:
    """For a victim whose name is known later."""

    def test_what_it_stood_behind_is_charged_when_it_has_a_name(self, clock, seconds):
        c = clock((50 * MS, work("GET /a")), (MS, "(loop)"))
        parts = interference.behind(c, 1_000 - MS, c.now)
        c.segments.clear()
        interference.blame(parts, "GET /")
        assert seconds() == pytest.approx(
            {("GET /a", "GET /"): 0.05, ("(loop)", "GET /"): 0.001, (UNATTRIBUTED, "GET /"): 0.001}
        )

    def test_a_fault_stays_inside(self, clock, monkeypatch):
        monkeypatch.setitem(errors.faults, "runtime.interference", 1)
        c = clock()
        c.segments = None
        assert interference.behind(c, 1_000, 2_000) == []
        interference.blame(None, "GET /")  # type: ignore[arg-type]
        assert errors.faults["runtime.interference"] == 3


class TestVictims:
    def test_who_stood_in_line_during_a_block_and_for_how_long(self, clock, table):
        table()
        c = clock((400 * MS, work("GET /export")))
        for _ in range(37):
            interference.charge(c, work("GET /"), c.now - 10 * MS, c.now)
        interference.charge(c, work("POST /"), 1_000, c.now)
        assert interference.victims(1_000, c.now, c) == [
            ("POST /", 1, pytest.approx(0.4)),
            ("GET /", 37, pytest.approx(0.37)),
        ]

    def test_only_what_falls_between_the_two_moments_counts(self, clock, table):
        table()
        c = clock((100 * MS, work("GET /export")))
        interference.charge(c, work("GET /"), 1_000, c.now)
        assert interference.victims(1_000 + 90 * MS, c.now + MS, c) == [("GET /", 1, pytest.approx(0.01))]
        assert interference.victims(c.now, c.now + MS, c) == []

    def test_short_delays_push_nobody_out(self, clock, table):
        table()
        c = clock((100 * MS, work("GET /export")))
        interference.charge(c, work("GET /"), 1_000, c.now)
        for _ in range(5_000):
            interference.charge(c, work("POST /"), c.now - MS // 2, c.now)
        assert [name for name, *_ in interference.victims(1_000, c.now, c)] == ["GET /"]

    def test_a_clock_that_charged_nobody_has_none(self, clock):
        assert interference.victims(0, 1, clock()) == []
