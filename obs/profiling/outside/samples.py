"""From looks at threads, by whomever, to samples of the cpu and held views."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from obs.labels import escape
from obs.profiling.builder import Builder, begins
from obs.profiling.outside.dispatch import endpoint
from obs.profiling.outside.seen import Seen
from obs.profiling.outside.works import is_hub, label_of, looping, work_of
from obs.profiling.session import Frame, Sample, Session, Source, View
from obs.runtime.accounting.entries import IDLE
from obs.runtime.blocks import calls

Works = Collection[str] | Mapping[str, Mapping[str, float]] | None
"""The names that are accounted in the process, where it is known with their seconds by view; None: it has no obs."""


class Taken(NamedTuple):
    """How the looks at one process were taken."""

    pid: int
    rate: int
    """Looks per second."""
    unreadable: int = 0
    """Looks that came to nothing."""
    source: Source = "py-spy"
    """Who looked."""
    cpu: float | None = None
    """CPU seconds that the kernel counted meanwhile; None: each look stands for ``1 / rate``."""
    pause: float | None = None
    """Seconds from one look to the next, on average; None: ``1 / rate``."""

    def weight(self, seen: Sequence[Seen]) -> Mapping[View, float]:
        """Seconds that one look stands for, by view."""
        running = sum(one.looks for one in seen if one.stack and one.view == "cpu")
        pause = self.pause or 1 / self.rate
        return {"cpu": pause if self.cpu is None or not running else self.cpu / running, "held": pause}


UNNAMED = (
    "{share:.0%} of the CPU samples inside requests are of no work here: routing had not named them yet, or they had "
    "been answered; the works' own seconds hold that time"
)

UNREADABLE = "not readable: the stack changed while it was read"

GUESSED = "process {pid} runs without obs: its endpoints are the functions that {frameworks} called, not routes"
UNKNOWN = (
    "process {pid} runs without obs, and no framework that is known has called anything in it: its works have no name"
)


def session_of(seen: Sequence[Seen], taken: Taken, works: Works) -> Session:
    """What ``seen`` says. ``works``: see there."""
    labelled = works is not None or any(label_of(one.stack) for one in seen)
    found, notes = by_label(seen, works or ()) if labelled else by_dispatch(seen, taken.pid)
    builder, weight, loops = Builder(), taken.weight(seen), loops_of(seen, taken.pid, works)
    for one, work in zip(seen, found, strict=True):
        if work != IDLE and one.stack and (one.view == "cpu" or one.thread in loops):
            builder.add(one.stack, sample_of(one, work, weight[one.view], taken.pid))
    lost = {UNREADABLE: taken.unreadable + sum(one.looks for one in seen if not one.stack)}
    return Session(
        source=taken.source,
        rates=dict.fromkeys(sorted({"cpu", *(one.view for one in seen)}), float(taken.rate)),
        frames=builder.frames,
        samples=builder.samples,
        lost={why: count for why, count in lost.items() if count},
        notes=notes,
    )


def loops_of(seen: Sequence[Seen], pid: int, works: Works) -> Collection[int]:
    """The threads whose standing still holds works up; any other thread just waits.

    A loop that never came back to its poll was not seen to be one. The accounts say that there is one: works were held.
    """
    found = looping(seen)
    held = isinstance(works, Mapping) and any(of.get("held") for of in works.values())
    return found or ({pid} if held else ())


def sample_of(one: Seen, work: str, weight: float, pid: int) -> Sample:
    """``weight``: seconds that one look stands for."""
    return Sample(
        (),
        work,
        one.view,
        weight * one.looks,
        greenlet=begins(one.stack),
        thread=one.name or str(one.thread),
        pid=pid,
        on=calls.on_line(*place(one.stack[-1])).kind if one.view == "held" else "",
        looks=one.looks,
    )


def place(frame: Frame) -> tuple[str, int, str]:
    return frame.file, frame.line, frame.function


def by_label(seen: Sequence[Seen], works: Collection[str]) -> tuple[list[str], tuple[str, ...]]:
    """The work of each, in a process with obs; and what is to be said of that."""
    loops, names = looping(seen), {escape(name): name for name in works}
    found = [work_of(one, loops, names) for one in seen]
    running = [(one.looks, work) for one, work in zip(seen, found, strict=True) if one.view == "cpu"]
    inside = sum(looks for looks, work in running if not work.startswith("("))
    unnamed = sum(looks for looks, work in running if not work)
    return found, (UNNAMED.format(share=unnamed / inside),) if unnamed else ()


def by_dispatch(seen: Sequence[Seen], pid: int) -> tuple[list[str], tuple[str, ...]]:
    """The work of each in a process without; and what is to be said of that."""
    found = [(IDLE, "") if is_idle(one.stack) else endpoint(one.stack) for one in seen]
    frameworks = sorted({framework for _, framework in found if framework})
    note = GUESSED if frameworks else UNKNOWN
    if not seen:
        return [], ()
    return [work for work, _ in found], (note.format(pid=pid, frameworks=" and ".join(frameworks)),)


def is_idle(stack: Sequence[Frame]) -> bool:
    """Whether it is a loop in its poll, which the kernel was still seen to run."""
    return len(stack) == 1 and is_hub(stack[0])
