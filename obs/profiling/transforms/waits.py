"""What a stack waits for, as its innermost node: it is what a person looks for."""

from __future__ import annotations

from obs.profiling.origins import ON
from obs.profiling.session import Frame
from obs.profiling.stacks import Stacks

UNSEEN = Frame("(in no sample)", ON, 0, "native")
"""Seconds that are known from the accounts only."""


def name_waits(found: Stacks) -> Stacks:
    """With a frame for what it waits for, or that no sample tells where the time went."""
    return [
        stack._replace(frames=(*stack.frames, Frame(f"on {stack.on}", ON, 0, "native"))) if stack.on else stack
        for stack in found
    ]


def name_unseen(found: Stacks) -> Stacks:
    """With a frame that says so where there is none."""
    return [stack if stack.frames else stack._replace(frames=(UNSEEN,)) for stack in found]
