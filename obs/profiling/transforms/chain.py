"""Which transforms are applied, and in which order."""

from __future__ import annotations

from obs.profiling.options import Options
from obs.profiling.stacks import Stacks, Transform
from obs.profiling.transforms.grouping import NOBODYS, by_work, merged
from obs.profiling.transforms.idle import drop_idle
from obs.profiling.transforms.ours import hide_ours
from obs.profiling.transforms.pruning import prune
from obs.profiling.transforms.tails import cut_tails
from obs.profiling.transforms.waits import name_unseen, name_waits


def chain(options: Options) -> list[Transform]:
    """The transforms for a rendering: whose stacks are shown, then how."""
    return [*choose(options), *shape(options)]


def choose(options: Options) -> list[Transform]:
    """Which stacks, and without obs's frames."""
    return [drop_idle, hide_ours, only(options.work)]


def shape(options: Options) -> list[Transform]:
    """How they are shown."""
    return [
        name_unseen,
        *([cut_tails] if options.cut else []),
        name_waits,
        merged if options.merged else by_work,
        prune(options.least),
    ]


def only(work: str) -> Transform:
    """Have only the works with ``work`` in their name, in whatever case."""

    def kept(found: Stacks) -> Stacks:
        wanted = work.lower()
        return [stack for stack in found if wanted in (stack.work or NOBODYS).lower()] if work else found

    return kept
