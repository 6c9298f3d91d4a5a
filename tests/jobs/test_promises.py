"""SLIs of jobs: each that is over counts once; and how long each delivery stood in its queue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Target = Callable[..., None]

TOML = """
[[feature]]
name = "push"
team = "chat"
jobs = ["push.*"]
[[slo]]
name = "works"
feature = "push"
objective = 99.9
[[slo]]
name = "quick"
jobs = ["push.notify"]
objective = 99
latency = "5s"
[[slo]]
name = "begins"
feature = "push"
objective = 99
queue_wait = "30s"
"""

SLIS = """
import time
from obs.jobs.delivery import deliver, ended_elsewhere, finish, forget
from obs.jobs.message import Message
PUSH = Message("push.notify", "push", "redis")
def slis():
    "{slo: (all, bad, in progress)}, without those at zero."
    names = ("obs_sli_total", "obs_sli_errors_total", "obs_sli_active")
    rows = [{labels[0]: int(cells[0]) for labels, cells in metrics(name).items()} for name in names]
    found = {slo: tuple(row[slo] for row in rows) for slo in rows[0]}
    return {slo: row for slo, row in found.items() if any(row)}
"""


@pytest.fixture
def push(target: Target) -> Target:
    return lambda program: target(SLIS + program, toml=TOML)


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        ("ok", (1, 0, 0)),
        ("failed", (1, 1, 0)),
        ("timed_out", (1, 1, 0)),
        ("killed", (1, 1, 0)),
        ("retried", None),
        ("rejected", None),
    ],
)
def test_how_it_ends(threads: Target, outcome: str, counted: tuple[int, int, int] | None) -> None:
    """One that will be delivered again is counted by its last delivery; one that was thrown away by none."""
    program = (
        SLIS
        + f"""
delivery = deliver(PUSH)
assert slis() == {{"works": (0, 0, 1), "quick": (0, 0, 1)}}, slis()
finish(delivery, outcome={outcome!r})
expected = {counted} and {{"works": {counted}, "quick": {counted}}} or {{}}
assert slis() == expected, slis()
"""
    )
    threads(program, toml=TOML)


def test_an_exception_is_bad_and_so_is_one_that_is_late(push: Target) -> None:
    push("""
@obs.job("push.notify", queue="push")
def notify(seconds, error=None):
    obs.current().started -= seconds
    if error: raise error
notify(0); notify(9)
try: notify(0, LookupError())
except LookupError: pass
assert slis() == {"works": (3, 1, 0), "quick": (3, 2, 0)}, slis()
with obs.work("job", "push.other"): pass
with obs.work("job", "nightly"): pass
assert slis() == {"works": (4, 1, 0), "quick": (3, 2, 0)}, slis()
""")


def test_the_time_in_the_queue_counts_as_it_begins(push: Target) -> None:
    """Of each delivery, from when it was due; a job whose sender said nothing has none."""
    push("""
now = time.time()
for message in (PUSH._replace(sent=now), PUSH._replace(sent=now - 31), PUSH._replace(sent=now - 99, due=now - 5), PUSH):
    finish(deliver(message), outcome="retried")
assert slis() == {"begins": (3, 1, 0)}, slis()
""")


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "forget(delivery); os._exit(1)"])
def test_one_whose_process_died_is_bad_once(push: Target, end: str) -> None:
    """Whoever else sees it die counts it for the metrics of jobs: here its file says it."""
    push(f"""
import os
finish(deliver(PUSH))
child = os.fork()
if not child:
    finish(deliver(PUSH))
    delivery = deliver(PUSH)
    {end}
os.waitpid(child, 0)
ended_elsewhere(PUSH, 0.1)
assert slis() == {{"works": (3, 1, 0), "quick": (3, 1, 0)}}, slis()
""")


def test_one_that_goes_on_in_a_thread_and_one_inside_another_count_once_each(push: Target) -> None:
    push("""
with obs.work("job", "push.outer"):
    with obs.work("job", "push.inner"): pass
delivery = deliver(PUSH)
delivery.leave()
thread = threading.Thread(target=finish, args=(delivery,))
thread.start(); thread.join()
finish(delivery, outcome="failed")
assert slis() == {"works": (3, 0, 0), "quick": (1, 0, 0)}, slis()
""")
