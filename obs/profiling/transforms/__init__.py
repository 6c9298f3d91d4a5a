"""From stacks to stacks: each a pure function in a list."""

from obs.profiling.transforms.chain import chain
from obs.profiling.transforms.grouping import by_work, merged
from obs.profiling.transforms.idle import drop_idle
from obs.profiling.transforms.ours import hide_ours
from obs.profiling.transforms.pruning import prune
from obs.profiling.transforms.tails import cut_tails
from obs.profiling.transforms.waits import name_unseen, name_waits

__all__ = ["by_work", "chain", "cut_tails", "drop_idle", "hide_ours", "merged", "name_unseen", "name_waits", "prune"]
