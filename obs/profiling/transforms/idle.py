"""The idle loop is not work."""

from __future__ import annotations

from collections.abc import Iterable

from obs.profiling.session import Frame
from obs.profiling.stacks import Stack, Stacks

IDLE = "(idle)"
"""The name of the time in the loop's poll, in ``obs_work_seconds_total`` too."""

RUN = ("run", "Hub.run")


def drop_idle(found: Stacks) -> Stacks:
    """Without the idle loop: it is told as a figure, see :func:`obs.profiling.utilisation.utilisation`."""
    return [stack for stack in found if not is_idle(stack)]


def is_idle(stack: Stack) -> bool:
    """Whether nothing runs: the hub is in its poll. What the hub calls has frames of its own."""
    return stack.work == IDLE or in_hub(frame for frame in stack.frames if frame.kind == "python")


def in_hub(frames: Iterable[Frame]) -> bool:
    last = None
    for last in frames:  # noqa: B007  the innermost
        pass
    return last is not None and last.function in RUN and last.file.endswith("gevent/hub.py")
