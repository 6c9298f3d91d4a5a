"""The parts by themselves: budgets, foreign objects, faults."""

from __future__ import annotations

import importlib
import socket
import sys
from pathlib import Path
from time import perf_counter_ns
from types import SimpleNamespace
from typing import Any

import gevent
import gevent.socket
import pytest

from obs import errors
from obs.metrics.catalog import OBS_DELAY_ESTIMATED
from obs.metrics.store import Store
from obs.runtime import ready
from obs.runtime.ready import arrivals, deadlines, parked
from obs.runtime.ready import ready as inside
from obs.runtime.ready.budget import MOST, SHARE, Budget

S = 1_000_000_000


@pytest.fixture(autouse=True)
def budget(monkeypatch: pytest.MonkeyPatch) -> Budget:
    fresh = Budget()
    monkeypatch.setattr(inside, "_budget", fresh)
    return fresh


def clock(**fields: Any) -> Any:
    now = perf_counter_ns()
    times = {"looked": now - S, "polling": now - S // 2, "polled": now - S // 2, **fields}
    return SimpleNamespace(hub=SimpleNamespace(loop=object()), now=now, **times)


class TestBudget:
    def test_a_hundredth_of_the_time_may_be_spent(self):
        budget = Budget()
        assert budget.has_any(10 * S)
        budget.spend(MOST + 1000)
        assert not budget.has_any(10 * S)
        assert not budget.has_any(10 * S + 900 * SHARE)
        assert budget.has_any(10 * S + 1100 * SHARE)

    def test_a_quiet_day_saves_up_no_more_than_a_quiet_second(self):
        budget = Budget()
        assert budget.has_any(86_400 * S)
        assert budget.left == MOST

    def test_when_it_is_spent_everything_is_estimated(self, budget):
        c = clock()
        budget.at, budget.left = c.now, -S
        sleeper = gevent.spawn(gevent.sleep, 0)
        gevent.sleep(0)
        found, estimated = ready.ready_ns(c, sleeper, None, 0, c.now)
        assert (found, estimated) == ((c.looked + c.polled) // 2, True)


class TestReadyNs:
    def test_it_is_never_before_the_wait_began_nor_after_now(self):
        c = clock()
        for parked_ns in (0, c.now - 1000, c.now):
            found, _ = ready.ready_ns(c, None, None, parked_ns, c.now)
            assert parked_ns <= found <= c.now

    def test_a_fault_stays_inside_and_costs_no_delay(self, monkeypatch):
        monkeypatch.setitem(errors.faults, "ready", 1)
        assert ready.ready_ns(SimpleNamespace(), None, None, 0, 5) == (5, True)  # type: ignore[arg-type]
        assert errors.faults["ready"] == 2

    def test_a_hub_that_is_destroyed_is_estimated(self):
        c = clock()
        c.hub.loop = None
        assert ready.ready_ns(c, None, None, 0, c.now)[1]

    def test_the_estimated_part_of_the_delay_is_counted(self, monkeypatch):
        store = Store.private()
        monkeypatch.setattr(inside.active, "store", lambda: store)
        ready.count_estimated(250_000_000)
        ready.count_estimated(S)
        counter = store.counter(OBS_DELAY_ESTIMATED)
        assert counter.cells[counter.index] == 1.25


class TestArrivals:
    def test_only_tcp_tells(self):
        ours, theirs = socket.socketpair()
        with ours, theirs, socket.socket(type=socket.SOCK_DGRAM) as udp, Path(__file__).open() as file:
            files = (ours.fileno(), udp.fileno(), file.fileno(), -1, 10**6)
            assert {arrivals.arrived(fd, perf_counter_ns()) for fd in files} == {0}

    def test_data_that_came_a_moment_ago(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(server.getsockname())
            accepted, _ = server.accept()
            with client, accepted:
                sent = perf_counter_ns()
                client.send(b"hello")
                accepted.recv(1)
                assert abs(arrivals.arrived(accepted.fileno(), perf_counter_ns()) - sent) < S // 10


class Trap:
    """An object of the service's, all of whose Python fails the test."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"obs asked the service's object for {name}")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("obs compared the service's object")

    __hash__ = None  # type: ignore[assignment]


class TestForeignObjects:
    def test_a_function_that_looks_like_gevents_is_not_looked_into(self):
        scope = {"__name__": "service", "sys": sys}
        exec("def recv(self):\n    return sys._getframe()\ndef sleep(seconds):\n    return sys._getframe()", scope)
        for name in ("recv", "sleep"):
            frame = scope[name](Trap())  # type: ignore[operator]
            c = clock()
            assert ready.ready_ns(c, Trap(), frame, 0, c.now)[1]

    def test_what_a_subclass_of_sockets_answers_is_not_asked(self):
        def reading(self: Any) -> Any:
            return sys._getframe()

        class Mine(gevent.socket.socket):
            asked = 0

            def __getattribute__(self, name: str) -> Any:
                if name == "getsockopt" or name == "_sock":
                    Mine.asked += 1
                return super().__getattribute__(name)

        ours, theirs = socket.socketpair()
        with theirs, Mine(fileno=ours.detach()) as mine:
            before = Mine.asked
            assert arrivals.read_from(reading(mine)) == mine.fileno()
            assert Mine.asked == before + 1  # by this test
        assert arrivals.read_from(reading(Trap())) == -1

    def test_a_timer_whose_callback_is_the_services_object_is_left_alone(self):
        timer = SimpleNamespace(callback=Trap(), args=(), active=False, at=-0.1)
        other = SimpleNamespace(callback=Trap(), args=(Trap(),), active=False, at=-0.1)
        loop: Any = SimpleNamespace(obs_timers=[timer, other])
        assert deadlines.fired(loop, object(), S) == 0

    def test_seconds_that_are_no_plain_number_are_not_reckoned_with(self):
        scope = {"__name__": "gevent.hub", "sys": sys, "t": None}
        exec("def sleep(seconds, t=None):\n    return sys._getframe()", scope)
        sleep: Any = scope["sleep"]
        assert deadlines.slept_until(sleep(Trap()), S, S) == 0
        assert deadlines.slept_until(sleep(0.5), S, 2 * S) == S + S // 2
        assert deadlines.slept_until(sleep(0), S, 2 * S) == 0


def test_the_functions_of_gevent_that_are_known_exist():
    """A gevent that renames one would make us estimate in silence."""
    for module, name in (parked.SLEEP, *parked.READS, *parked.SELECTS):
        names = vars(importlib.import_module(module))
        owners = [names, *(vars(value) for value in names.values() if isinstance(value, type))]
        assert any(name in owner for owner in owners), f"{module}.{name}"
