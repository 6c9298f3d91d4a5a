"""Blocks of the loop: each time one piece of work holds it for longer than OBS_BLOCK, one record.

The accounting sees the end of each segment, and so knows exactly how long it was, whose, and what CPU it used. The
watching thread takes the stacks while it lasts, and makes the record a second after: the loop itself only appends.
"""

from obs.runtime.blocks.block import Block
from obs.runtime.blocks.life import ended, install, of, polls, threshold_ns, top, uninstall

__all__ = ["Block", "ended", "install", "of", "polls", "threshold_ns", "top", "uninstall"]
