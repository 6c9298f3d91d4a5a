"""The work first, and below it what it does; or all works as one."""

from __future__ import annotations

from obs.labels import escape
from obs.profiling.origins import origin
from obs.profiling.session import Frame, label_frame
from obs.profiling.stacks import Stack, Stacks

NOBODYS = "(no work)"
"""Where nothing tells whose it is."""


def by_work(found: Stacks) -> Stacks:
    """Each stack begins with its work's label; what is outside of that, the server's dispatch, is left out."""
    return [stack._replace(frames=(label_frame(stack.work or NOBODYS), *inside(stack))) for stack in found]


def merged(found: Stacks) -> Stacks:
    """The same code is the same node, whichever work calls it."""
    return [stack._replace(frames=inside(stack)) for stack in found]


def inside(stack: Stack) -> tuple[Frame, ...]:
    """What is within the innermost label of the stack's own work, without the labels."""
    labels = [at for at, frame in enumerate(stack.frames) if origin(frame) == "work"]
    shown = escape(stack.work)
    own = [at for at in labels if stack.frames[at].function in (stack.work, shown)] or labels
    start = own[-1] + 1 if own else 0
    return tuple(frame for frame in stack.frames[start:] if origin(frame) != "work")
