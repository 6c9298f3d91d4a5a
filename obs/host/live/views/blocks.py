"""A block of the loop as the API has it: as ``obs blocks --json``, bounded, and with an id."""

from __future__ import annotations

from typing import Any

from obs.host.live.text import tidy
from obs.runtime.blocks.block import Block

MOST_STACKS = 3
"""Of one block: the first, one in the middle and the last."""


def identified(block: Block) -> dict[str, Any]:
    found = block.as_json()
    stacks = found["stacks"]
    if len(stacks) > MOST_STACKS:
        found["stacks"] = [stacks[0], stacks[len(stacks) // 2], stacks[-1]]
    return {"id": f"{block.ring}-{block.start_ns}", **tidy(found)}
