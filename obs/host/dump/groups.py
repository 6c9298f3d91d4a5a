"""Greenlets with equal stacks, and equal states, together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from obs.host.dump.snapshot import Frame, Greenlet, Snapshot, Stack
from obs.labels import FILE
from obs.runtime.blocks import shots

ORDER = ("running", "ready", "waiting", "not started", "dead")


@dataclass(frozen=True, slots=True)
class Group:
    """Some that are alike."""

    state: str
    on: str
    stack: Stack
    """Without obs's own frames; innermost first."""
    members: tuple[tuple[int, Greenlet], ...]
    """Each with the pid of its process."""

    @property
    def works(self) -> Counter[str]:
        """How many serve which work; those that serve none have the empty name."""
        return Counter(greenlet.work for _, greenlet in self.members)

    @property
    def since(self) -> tuple[float, float] | None:
        """The shortest and the longest that they have been so, in seconds; None if nobody knows."""
        known = [greenlet.since for _, greenlet in self.members if greenlet.since is not None]
        return (min(known), max(known)) if known else None

    @property
    def oldest(self) -> float | None:
        """Seconds since the first of them was started."""
        return max((g.age for _, g in self.members if g.age is not None), default=None)

    @property
    def spawned(self) -> Counter[Frame]:
        return Counter(greenlet.spawned_at for _, greenlet in self.members if greenlet.spawned_at is not None)


def grouped(snapshots: Iterable[Snapshot], *, apart: bool = False) -> list[Group]:
    """What runs first, then the heaviest. ``apart``: each by itself. The work's label makes no difference."""
    found: dict[tuple[object, ...], list[tuple[int, Greenlet]]] = {}
    for snapshot in snapshots:
        for number, greenlet in enumerate(snapshot.greenlets):
            stack = cleaned(greenlet.stack)
            key = (greenlet.state, greenlet.on, greenlet.kind == "thread", greenlet.role, stack)
            found.setdefault((*key, (snapshot.pid, number) if apart else ()), []).append((snapshot.pid, greenlet))
    groups = [Group(str(key[0]), str(key[1]), key[4], tuple(members)) for key, members in found.items()]  # type: ignore[arg-type]
    return sorted(groups, key=weight)


def weight(group: Group) -> tuple[int, int]:
    """What runs or is to run comes before what waits; at last hubs that do nothing, and what looks after the others."""
    role = group.members[0][1].role
    if role and (group.state == "waiting" or group.on == "(idle)"):
        return 9, -len(group.members)
    return min(ORDER.index(group.state), 2) if group.state in ORDER else 2, -len(group.members)


def cleaned(stack: Stack) -> Stack:
    """Without labels, and obs's own frames."""
    return tuple(frame for frame in stack if frame.file != FILE and not frame.file.startswith(shots.OBS))


def kept(greenlet: Greenlet, work: str, state: str) -> bool:
    """Whether it is of a work with ``work`` in its name, and in that state; empty for any state but dead."""
    fits = greenlet.state == state if state else greenlet.state != "dead"
    return fits and work.lower() in greenlet.work.lower()
