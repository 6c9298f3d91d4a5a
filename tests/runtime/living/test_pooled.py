"""Threads of pools that have nothing to do are told from those that work."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
import gevent
from obs import native
from obs.runtime import living

def work():
    entered.release()
    leave.acquire()

entered, leave = (native.allocate_lock() for _ in range(2))
entered.acquire()
leave.acquire()
if sys.argv[1] == "gevent":
    pool = gevent.get_hub().threadpool
    spawn = pool.spawn
else:
    pool = ThreadPoolExecutor(2)
    spawn = pool.submit
spawn(work)
entered.acquire()

def idle():
    stacks, lent = living.Stacks(), living.Lent()
    rows = [row for row in living.rows(stacks, lent) if row]
    lent.give_back()
    return sorted((row.get("role", ""), row.get("on", ""), row["state"]) for row in rows if row["kind"] == "thread")

def pools(wanted):
    for _ in range(1000):
        found = [row for row in idle() if row[2] == wanted]
        if found:
            return found
        native.original("time", "sleep")(0.01)

found = [pools("running"), []]
leave.release()
found[1] = pools("waiting")
print(json.dumps(found))
"""


@pytest.mark.parametrize("kind", ["gevent", "futures"])
def test_one_that_works_and_then_waits_for_its_next_task(kind):
    command = [sys.executable, "-W", "error", "-c", PROGRAM, kind]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    at_work, idle = json.loads(ran.stdout)
    assert ["", "", "running"] in at_work
    assert idle == [["pool", "(idle)", "waiting"]]
