"""A block of the loop as the API has it: bounded, and with an id."""

from __future__ import annotations

from typing import Any

from obs.host.live import own
from obs.host.live.text import tidy
from obs.runtime.blocks.block import Block

MOST_STACKS, MOST_NAMES = 3, 10
"""Of one block: of its stacks the first, one in the middle and the last."""


def identified(block: Block, files: frozenset[str] = frozenset()) -> dict[str, Any]:
    """One block, of which the stacks have their innermost frame first; ``files`` are known as the service's own."""
    stacks = block.stacks
    if len(stacks) > MOST_STACKS:
        stacks = (stacks[0], stacks[len(stacks) // 2], stacks[-1])
    return tidy(
        {
            "id": f"{block.ring}-{block.start_ns}",
            "at": block.start,
            "seconds": block.duration,
            "ended": block.ended,
            "work": block.work,
            "call": f"{block.call} ({block.doing})" if block.call and block.doing else block.call,
            "place": block.at,
            "victims": block.victims_count,
            "lost": block.victims_seconds,
            "pid": block.pid,
            "cpu": block.cpu,
            "held": block.held,
            "gil": block.gil_held,
            "stopped": block.stopped,
            "trace": block.trace_id,
            "names": [[victim.work, victim.times] for victim in block.victims[:MOST_NAMES]],
            "stacks": [own.stack(each.at, each.frames, files, outside=each.outside) for each in stacks],
            "no_stacks": None if stacks else block.stack_refused or "It was over before a stack could be taken.",
        }
    )
