"""One block of the loop, as a value: what is recorded, and what everything that shows blocks is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

LABEL = "<obs>"
"""Begins the frame that bears the work's name: ``<obs> GET /users/<int:id>``."""

MOST_FRAMES = 50
"""Of one stack, in a record."""


class Stack(NamedTuple):
    """What ran at one moment of a block."""

    at: float
    """Seconds after the block's start."""
    frames: tuple[str, ...]
    """``file:line function``, the innermost first."""
    outside: bool = False
    """Whether it was taken from outside, since the GIL was held."""


class Victim(NamedTuple):
    """Who waited for it, one work's all together."""

    work: str
    times: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of time in which one piece of work held the loop, and everything else of the process stood still."""

    start: float
    """Unix time."""
    start_ns: int
    """The same as ``perf_counter_ns`` of that machine, which all of its processes share."""
    duration: float
    """Seconds; so far, if it has not :attr:`ended`."""
    ended: bool
    """False if nothing is known of its end: the process died in it, or is still in it."""
    work: str
    """``GET /users/<int:id>``; ``(loop)`` for gevent's own callbacks and signal handlers."""
    kind: str = ""
    feature: str = ""
    team: str = ""
    trace_id: str = ""
    """32 digits, if somebody has asked for it, or the caller has sent it; whether it is sampled or not."""
    span_id: str = ""
    service: str = ""
    pid: int = 0
    thread: str = ""
    ring: str = ""
    """The id of the process's ring: no two processes share one."""
    cpu: float | None = None
    """Seconds of CPU that its thread used in it; the rest it held the loop without running. None: not known."""
    gil_held: bool | None = None
    """Whether no other Python thread could run either; None if it was too short to tell."""
    call: str = ""
    """The call that blocks, if it is a known one or uses no CPU: ``time.sleep``."""
    doing: str = ""
    """What kind of call that is: ``sleep``, ``sql``, ``regex`` …"""
    at: str = ""
    """The innermost frame that is the service's own code, else the innermost: where to look first."""
    own: tuple[str, ...] = ()
    """The frames of the first stack that are the service's own code, within the work's label; a few."""
    stacks: tuple[Stack, ...] = ()
    """Over its course, in order."""
    stack_refused: str = ""
    """Why no stack could be taken from outside, if one was tried."""
    stopped: bool = False
    """Whether the process was stopped by a signal or a debugger meanwhile: it is nobody's fault then."""
    seen_ns: int = 0
    """When somebody outside last found the process in it, as :attr:`start_ns`; only in what is reported from there."""
    victims: tuple[Victim, ...] = ()
    """The heaviest first, a few."""
    victims_count: int = 0
    victims_seconds: float = 0.0

    @property
    def held(self) -> float | None:
        """Seconds that it held the loop without using CPU."""
        return None if self.cpu is None else max(self.duration - self.cpu, 0.0)

    @property
    def end_ns(self) -> int:
        return self.start_ns + round(self.duration * 1e9)

    def packed(self) -> dict[str, Any]:
        """For a ring: without what is unset, each frame once."""
        frames: dict[str, int] = {}
        stacks = [
            [round(stack.at, 4), int(stack.outside), [frames.setdefault(frame, len(frames)) for frame in stack.frames]]
            for stack in self.stacks
        ]
        kept = {f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default}
        return {**kept, "stacks": stacks, "frames": list(frames)}

    def as_json(self) -> dict[str, Any]:
        """For people's programs: every field, and the stacks written out."""
        return {name: value for name, value in asdict(self).items() if name != "seen_ns"} | {
            "held": self.held,
            "stacks": [stack._asdict() for stack in self.stacks],
            "victims": [victim._asdict() for victim in self.victims],
        }

    def with_fewer_stacks(self) -> Block:
        """With the first stack alone: a record has to fit."""
        return replace(self, stacks=self.stacks[:1])

    def with_stacks(self, stacks: Iterable[Stack]) -> Block:
        """With these beside its own."""
        return replace(self, stacks=tuple(sorted({*self.stacks, *stacks})))


NAMES = frozenset(f.name for f in fields(Block))


def unpacked(record: Mapping[str, Any]) -> Block:
    """The block of :meth:`Block.packed`. Fields of a later version are left out; ValueError for what is no block."""
    try:
        frames = record.get("frames", [])
        stacks = tuple(
            Stack(at, tuple(frames[number] for number in numbers), bool(outside))
            for at, outside, numbers in record.get("stacks", ())
        )
        victims = tuple(Victim(*victim) for victim in record.get("victims", ()))
        known = {name: value for name, value in record.items() if name in NAMES}
        return Block(**{**known, "own": tuple(record.get("own", ())), "stacks": stacks, "victims": victims})
    except (TypeError, IndexError, KeyError, AttributeError) as error:
        raise ValueError(f"not a block: {error}") from error


def merged(own: Block, seen: Block) -> Block:
    """``own``, by the process itself, with what somebody outside has ``seen`` of the same block."""
    shift = (seen.start_ns - own.start_ns) / 1e9
    stacks = [stack._replace(at=round(stack.at + shift, 4)) for stack in seen.stacks]
    return replace(
        own.with_stacks(stacks),
        at=own.at or seen.at,
        own=own.own or seen.own,
        call=own.call or seen.call,
        doing=own.doing or seen.doing,
        stack_refused=seen.stack_refused,
        stopped=own.stopped or seen.stopped,
        gil_held=None if seen.stopped else own.gil_held,
    )


def same(own: Block, seen: Block) -> bool:
    """Whether what somebody outside has seen was in the middle of ``own``."""
    return own.ring == seen.ring and own.start_ns <= seen.seen_ns <= own.end_ns
