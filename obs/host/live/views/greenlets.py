"""``/api/greenlets``: every parked greenlet by state and equal stack. Asks the agents, so only when somebody asks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from obs.host.dump.gather import gather
from obs.host.dump.groups import Group, grouped
from obs.host.dump.snapshot import Snapshot
from obs.host.live.refused import Refused
from obs.host.live.text import tidy
from obs.host.profile.targets import in_run, working

MOST, MOST_FRAMES, MOST_WORKS = 200, 40, 20


def greenlets(folder: Path, pid: int | None) -> dict[str, Any]:
    """Of process ``pid``, or of all of the run. Raises Refused."""
    targets = [target for target in working(list(in_run(folder))) if pid in (None, target.pid)]
    if not targets:
        raise Refused(404, "no such process here: it has ended, or is in another container", "leave pid out")
    return of(gather(targets))


def of(snapshots: Sequence[Snapshot]) -> dict[str, Any]:
    """The groups of what was found."""
    groups = grouped(snapshots)
    return tidy(
        {
            "at": time.time(),
            "processes": [
                {"pid": each.pid, "count": len(each.greenlets), "complete": each.complete, "notes": each.notes}
                for each in snapshots
            ],
            "groups": [group(each) for each in groups[:MOST]],
            "more": max(len(groups) - MOST, 0),
        }
    )


def group(found: Group) -> dict[str, Any]:
    return {
        "state": found.state,
        "on": found.on,
        "count": len(found.members),
        "kind": found.members[0][1].kind,
        "role": found.members[0][1].role,
        "pids": sorted({pid for pid, _ in found.members})[:100],
        "works": dict(found.works.most_common(MOST_WORKS)),
        "since": found.since,
        "oldest": found.oldest,
        "stack": [frame._asdict() for frame in found.stack[:MOST_FRAMES]],
        "frames": len(found.stack),
    }
