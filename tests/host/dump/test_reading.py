"""A process that never heard of obs, as its dump shows it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from obs.errors import ObsError
from obs.host.dump.groups import grouped
from obs.host.dump.outside import READ, look
from obs.host.dump.reading import read
from obs.host.profile.targets import Target

PROGRAM = """
from gevent import monkey
monkey.patch_all()
import gevent, time
def nap(): time.sleep(1000)
some = [gevent.spawn(nap) for _ in range(7)]
gevent.sleep(0.1)
print("ready", flush=True)
END
"""

HANGS = 'import re; re.match("(a+)+$", "a" * 60 + "b")'


@pytest.fixture
def start(request):
    pytest.importorskip("gevent")
    command = [sys.executable, "-c", PROGRAM.replace("END", request.param)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield process.pid
        process.kill()


@pytest.mark.parametrize("start", ["gevent.sleep(1000)"], indirect=True)
def test_parked_greenlets_are_one_group_with_what_they_wait_for(start):
    snapshot = look(Target(start), "why")
    assert snapshot.notes == ("why", READ)
    groups = grouped([snapshot])
    assert [(len(g.members), g.state, g.on, g.stack[-1].function) for g in groups][:1] == [
        (7, "waiting", "sleep", "nap")
    ]
    assert groups[0].spawned.most_common(1)[0][0].function in ("<listcomp>", "<module>")
    hub = next(g for g in groups if g.members[0][1].role == "hub")
    assert (hub.state, hub.on) == ("waiting", "(idle)")


@pytest.mark.parametrize("start", [HANGS], indirect=True)
def test_who_holds_the_gil_is_said(start):
    given_up = time.monotonic() + 20  # it has said that it is ready, and then begins
    while ("(holds the GIL)", "match") not in told(start):
        assert time.monotonic() < given_up


def told(pid):
    return [(each.on, each.stack[0].function) for each in read(pid)[0] if each.state == "running"]


def test_what_cannot_be_read_is_one_line():
    with pytest.raises(ObsError, match="has ended"):
        read(4194999)
