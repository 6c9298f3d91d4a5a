"""How the processes do as a whole."""

from __future__ import annotations

import pytest

from obs.host.tally import Reading, Vitals
from obs.host.vitals import Pulse, pulse, vitals
from obs.metrics.catalog import LOOP_DELAY_BUCKETS

LATE = [0.0] * (len(LOOP_DELAY_BUCKETS) + 1)


def test_vitals_are_read_from_the_processes_metrics() -> None:
    found = vitals(
        [
            ("obs_processes", (), [3.0]),
            ("process_cpu_seconds_total", (), [12.5]),
            ("obs_self_cpu_seconds_total", (), [0.5]),
            ("process_resident_memory_bytes", (), [3e8]),
            ("obs_loop_seconds_total", ("busy",), [4.0]),
            ("obs_loop_seconds_total", ("idle",), [6.0]),
            ("obs_loop_delay_seconds", (), [7.0, *LATE[1:], 0.01]),
            ("obs_greenlets", ("ready",), [2.0]),
            ("obs_listen_queue_connections", ("8000",), [5.0]),
            ("obs_listen_queue_connections", ("8001",), [1.0]),
            ("my_metric", ("a",), [1.0]),
        ]
    )
    assert found == Vitals(3.0, 12.5, 0.5, 3e8, 4.0, 6.0, (7.0, *LATE[1:]), {"ready": 2.0}, 6.0)


def test_a_pulse_is_of_the_time_between() -> None:
    before = Reading(10.0, {}, vitals=Vitals(2, 5.0, 0.1, 1e8, 2.0, 8.0, tuple(LATE)))
    late = (90.0, *LATE[1:8], 10.0, *LATE[9:])
    now = Reading(20.0, {}, vitals=Vitals(3, 9.0, 0.3, 2e8, 6.0, 14.0, late, {"ready": 4.0}))
    found = pulse(before, now)
    assert (found.processes, found.cores, found.memory, found.greenlets) == (3, 0.4, 2e8, {"ready": 4})
    assert found.own_cores == pytest.approx(0.02)
    assert found.own_share == pytest.approx(0.05)
    assert found.busy == pytest.approx(0.4)
    assert found.late == pytest.approx(0.235)


def test_of_all_of_the_run_nothing_is_before() -> None:
    now = Reading(20.0, {}, vitals=Vitals(1, 2.0, busy=1.0, idle=3.0, late=(5.0, *LATE[1:])))
    assert pulse(Reading(0.0, {}), now).busy == 0.25


def test_without_a_loop_nothing_is_said_of_one() -> None:
    assert pulse(Reading(0.0, {}), Reading(1.0, {})) == Pulse(0, 0.0, 0.0, 0.0, None, None)
    assert Pulse(0, 0.0, 0.0, 0.0, None, None).own_share == 0.0


def test_a_loop_that_only_slept_is_idle() -> None:
    asleep = Vitals(1, busy=1.0, idle=3.0)
    assert pulse(Reading(0.0, {}, vitals=asleep), Reading(1.0, {}, vitals=asleep)).busy == 0.0
