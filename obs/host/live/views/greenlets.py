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
            "said": f"{sum(len(each.greenlets) for each in snapshots)} greenlets of {len(snapshots)} processes",
            "notes": [f"process {each.pid}: {note}" for each in snapshots for note in each.notes],
            "groups": [group(each) for each in groups[:MOST]],
            "more": max(len(groups) - MOST, 0),
        }
    )


def group(found: Group) -> dict[str, Any]:
    """``longest``: seconds that one of them has been so; ``on``: what they wait for."""
    stack = found.stack[:MOST_FRAMES]
    return {
        "state": found.state,
        "on": found.on,
        "count": len(found.members),
        "kind": found.members[0][1].kind,
        "role": found.members[0][1].role,
        "pids": sorted({pid for pid, _ in found.members})[:100],
        "works": [[name, number] for name, number in found.works.most_common(MOST_WORKS) if name],
        "longest": found.since[1] if found.since else None,
        "oldest": found.oldest,
        "place": place(found),
        "frames": [f"{frame.function} ({frame.file}:{frame.line})" for frame in stack],
        "own": [at for at, frame in enumerate(stack) if own(frame.file)],
    }


def place(found: Group) -> str:
    """The innermost frame that is no library's, else the innermost."""
    mine = [frame for frame in found.stack if own(frame.file)]
    frame = (mine or found.stack or (None,))[0]
    return "" if frame is None else f"{frame.file}:{frame.line} {frame.function}"


def own(file: str) -> bool:
    """Whether it is the service's own code: the whole path says."""
    return not any(part in file for part in LIBRARIES)


LIBRARIES = ("site-packages", "dist-packages", "/lib/python", "gevent/", "<")
