"""Whose a sample is that was taken from outside: by the label in its stack, else by where the stack begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from obs.profiling.outside.seen import Seen
from obs.profiling.session import Frame
from obs.runtime.accounting.entries import IDLE, LOOP, THREADS, UNATTRIBUTED

OPENED = "/obs/http/wsgi.py"
"""Its frames stand in a Work that routing has not named yet, or around one that has been answered."""


def label_of(stack: Sequence[Frame]) -> str:
    """The name in the innermost label; empty if there is none."""
    return next((frame.function for frame in reversed(stack) if frame.kind == "label"), "")


def is_hub(frame: Frame) -> bool:
    """Whether it is gevent's loop, running."""
    return frame.function in ("Hub.run", "run") and frame.file.endswith("/gevent/hub.py")


def looping(seen: Iterable[Seen]) -> frozenset[int]:
    """The threads that gevent runs in."""
    return frozenset(one.thread for one in seen if one.stack and "/gevent/" in one.stack[0].file)


def work_of(seen: Seen, looping: frozenset[int], names: Mapping[str, str]) -> str:
    """The work of a sample in a process that runs with obs; empty for one inside a Work that has no name there.

    ``names``: of works, by how their labels read. ``(idle)`` is a loop in its poll.
    """
    label = label_of(seen.stack)
    if label:
        return names.get(label, label)
    if seen.thread not in looping:
        return THREADS
    if seen.stack and is_hub(seen.stack[0]):
        return IDLE if len(seen.stack) == 1 else LOOP
    return "" if any(frame.file.endswith(OPENED) for frame in seen.stack) else UNATTRIBUTED
