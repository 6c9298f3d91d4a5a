"""The standard library and gevent, at the end of a stack."""

from __future__ import annotations

from obs.profiling.origins import TAILS, origin
from obs.profiling.session import Frame
from obs.profiling.stacks import Stacks


def cut_tails(found: Stacks) -> Stacks:
    """Of the standard library's, gevent's and native frames that a stack ends in, only the first: what was called."""
    return [stack._replace(frames=cut(stack.frames)) for stack in found]


def cut(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    end = len(frames)
    said = frames[end - 1 :] if frames and origin(frames[-1]) == "on" else ()
    end -= len(said)
    while end > 1 and origin(frames[end - 1]) in TAILS and origin(frames[end - 2]) in TAILS:
        end -= 1
    return (*frames[:end], *said)
