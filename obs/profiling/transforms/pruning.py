"""What is too small to see."""

from __future__ import annotations

from collections import defaultdict

from obs.profiling.origins import ON
from obs.profiling.session import Frame
from obs.profiling.stacks import Stacks, Transform, total

Key = tuple[str, str]


def prune(least: float) -> Transform:
    """Have every node of less than ``least`` of the whole, and all below it, in one node of its parent."""
    return lambda found: pruned(found, least) if least > 0 else found


def pruned(found: Stacks, least: float) -> Stacks:
    limit = least * total(found)
    rest = Frame(f"(each below {least:.2%})", ON, 0, "native")
    weights: defaultdict[tuple[Key, ...], float] = defaultdict(float)
    for stack in found:
        keys = path(stack.frames)
        for depth in range(1, len(keys) + 1):
            weights[keys[:depth]] += stack.weight
    kept: Stacks = []
    for stack in found:
        keys = path(stack.frames)
        depth = next((depth for depth in range(len(keys)) if weights[keys[: depth + 1]] < limit), len(keys))
        frames = stack.frames if depth == len(keys) else (*stack.frames[:depth], rest)
        kept.append(stack._replace(frames=frames))
    return kept


def path(frames: tuple[Frame, ...]) -> tuple[Key, ...]:
    """What nodes of a tree are told apart by."""
    return tuple((frame.function, frame.file) for frame in frames)
