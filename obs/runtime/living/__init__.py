"""Everything that lives in this process, parked or not: its greenlets and threads, each with its stack and its Work.

Read from a native thread, a slice of some hundred microseconds at a time, because reading takes the GIL from the loop.
"""

from obs.runtime.living.lent import Lent
from obs.runtime.living.loops import loops
from obs.runtime.living.parked import Parked, parked
from obs.runtime.living.rows import Row, rows
from obs.runtime.living.slices import GAP, Slices
from obs.runtime.living.stacks import Stacks

__all__ = ["GAP", "Lent", "Parked", "Row", "Slices", "Stacks", "loops", "parked", "rows"]
