"""obs's own frames say nothing of the service, but what obs costs is not hidden either."""

from __future__ import annotations

from obs.profiling.origins import origin
from obs.profiling.stacks import Stack, Stacks

OBS = "(obs)"
"""The work of obs's own threads."""


def hide_ours(found: Stacks) -> Stacks:
    """Without obs's frames. The label frames stay: they name the work. A stack of nothing else is obs's own work."""
    return [hidden(stack) for stack in found]


def hidden(stack: Stack) -> Stack:
    shown = tuple(frame for frame in stack.frames if origin(frame) != "obs")
    if len(shown) == len(stack.frames):
        return stack
    if not stack.work and all(origin(frame) in ("python", "native") for frame in shown):
        return stack._replace(work=OBS)
    return stack._replace(frames=shown)
