"""Snapshots of processes: from their agents, several at once; from outside where an agent can't answer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from obs.errors import ObsError
from obs.host.agents.client import DEADLINE, Client
from obs.host.agents.errors import Died, NoAgent, Silent
from obs.host.dump import outside
from obs.host.dump.snapshot import Joining, Snapshot
from obs.host.profile.targets import Target

QUIET = 3.0
"""Seconds without a part of an answer after which it is given up: a part is due every few milliseconds."""

AT_ONCE = 8


def gather(targets: Sequence[Target], *, scan: bool = False) -> list[Snapshot]:
    """One of each. Raises ObsError if there is only one, and it refuses."""
    with ThreadPoolExecutor(min(AT_ONCE, len(targets))) as pool:
        return list(pool.map(lambda target: one(target, scan=scan, alone=len(targets) == 1), targets))


def one(target: Target, *, scan: bool, alone: bool) -> Snapshot:
    """What a process says, or what can be seen of it. Raises ObsError if it refuses and is ``alone``."""
    pid, service = target.pid, target.service
    try:
        if target.file is None:
            why = "it runs without obs: start it with obs run to see since when, and for which work"
            return outside.look(target, why)
        with Client(target.file, pid) as client:
            return asked(client, service, scan=scan)
    except Silent:
        return outside.look(target, outside.silence(pid, DEADLINE))
    except NoAgent as error:
        return outside.look(target, str(error))
    except ObsError as error:
        if alone:
            raise
        return Snapshot(pid, service, notes=(str(error),), complete=False)


def asked(client: Client, service: str, *, scan: bool) -> Snapshot:
    """All that it has told, also if it falls silent or dies over it."""
    joining, notes = Joining(), []
    try:
        for part in client.ask("dump", {"scan": scan}, quiet=QUIET):
            joining.add(part)
    except Silent:
        notes.append(f"only a part: {outside.silence(client.pid, QUIET)}")
    except Died:
        gone = "it ended" if not Path(f"/proc/{client.pid}").exists() else "it ended the connection"
        notes.append(f"only a part: {gone} while it was looked at")
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        joining.complete = False
        notes.append(f"only a part: what it answers can't be read ({error!r:.100}); is its obs of another version?")
    return Snapshot(
        client.pid, service, client.hello, joining.loops, tuple(joining.greenlets), tuple(notes), joining.complete
    )
