"""What a process was like at one moment: a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from obs.labels import FILE


class Frame(NamedTuple):
    function: str
    file: str
    line: int


Stack = tuple[Frame, ...]
"""The innermost frame first."""


@dataclass(frozen=True, slots=True)
class Greenlet:
    """One greenlet, or native thread."""

    state: str
    """running, ready, waiting, not started, dead."""
    stack: Stack = ()
    id: str = ""
    kind: str = "Greenlet"
    role: str = ""
    """``hub`` or ``main``; ``pool`` for an idle thread of a pool; empty for the others."""
    name: str = ""
    work: str = ""
    """Empty if it serves none."""
    trace: str = ""
    on: str = ""
    """What it waits for, as in ``obs_wait_seconds_total``."""
    since: float | None = None
    """Seconds in this state, at least; None if that is not known."""
    age: float | None = None
    """Seconds since it was started."""
    work_age: float | None = None
    spawned_by: str = ""
    spawned_at: Frame | None = None

    def as_json(self) -> dict[str, Any]:
        """What is known of it."""
        fields = {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("stack", "spawned_at")
        }
        known = {name: value for name, value in fields.items() if value not in ("", None)}
        if self.spawned_at is not None:
            known["spawned_at"] = self.spawned_at._asdict()
        return {**known, "stack": [frame._asdict() for frame in self.stack]}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One process."""

    pid: int
    service: str = ""
    hello: dict[str, Any] = field(default_factory=dict)
    loops: tuple[dict[str, Any], ...] = ()
    greenlets: tuple[Greenlet, ...] = ()
    notes: tuple[str, ...] = ()
    """What there is to be said of it: why it is not whole, where the stacks come from."""
    complete: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "pid": self.pid,
            "service": self.service,
            **{name: self.hello[name] for name in ("command", "python", "versions") if name in self.hello},
            "complete": self.complete,
            "notes": list(self.notes),
            "loops": list(self.loops),
            "greenlets": [greenlet.as_json() for greenlet in self.greenlets],
        }


class Joining:
    """Joins the parts of an agent's answer."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []
        self._stacks: list[Stack] = []
        self.greenlets: list[Greenlet] = []
        self.loops: tuple[dict[str, Any], ...] = ()
        self.complete = False

    def add(self, part: dict[str, Any]) -> None:
        self._frames += [Frame(*frame) for frame in part.get("frames", ())]
        self._stacks += [tuple(self._frames[number] for number in stack) for stack in part.get("stacks", ())]
        self.greenlets += map(self._greenlet, part.get("rows", ()))
        self.loops = tuple(part.get("loops", self.loops))
        self.complete = part.get("complete", self.complete)

    def _greenlet(self, row: dict[str, Any]) -> Greenlet:
        known = {name: row[name] for name in Greenlet.__dataclass_fields__ if name in row}
        if "stack" in known:
            known["stack"] = self._stacks[known["stack"]]
        if "spawned_at" in known:
            known["spawned_at"] = self._stacks[known["spawned_at"]][0]
        return Greenlet(**{**known, "work": known.get("work") or labelled(known.get("stack", ()))})


def labelled(stack: Iterable[Frame]) -> str:
    """The work that a stack names by its label; empty if it has none."""
    return next((frame.function for frame in stack if frame.file == FILE), "")
