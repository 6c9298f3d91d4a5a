"""Looks at a process, and sums what it sees on a CPU.

A thread counts if the kernel says that it can run, and the process's CPU clock goes on while its stack is read. So what
stands in line for a CPU does not count, or is throttled, though the kernel calls that running as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from time import monotonic
from typing import NamedTuple

from obs.profiling.outside.samples import Taken, session_of
from obs.profiling.outside.seen import Seen
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.greenlet import Stack
from obs.profiling.reader.kernel import Clock
from obs.profiling.reader.reader import Look, Reader
from obs.profiling.session import Session

CHECK = 1.0
"""Seconds after which what is known of code objects is looked at again."""

MAIN = "MainThread"
"""The name that Python gives to a process's first thread."""

Works = Collection[str] | None
"""The names that are accounted in the process; None for a process without obs."""


class Sampled(NamedTuple):
    """What was seen of a process for a while."""

    seen: tuple[Seen, ...] = ()
    looks: int = 0
    """How often it was looked at, whether anything ran or not."""
    torn: int = 0
    """Stacks that could not be read."""
    cut: int = 0
    """Stacks without their innermost frames."""
    waiting: int = 0
    """Threads that could have run, and had no CPU."""
    seconds: float = 0.0
    cpu: float | None = None
    """CPU seconds that the kernel counted; None if it doesn't say."""

    def session(self, pid: int, rate: int, works: Works = None) -> Session:
        """The cpu view of it."""
        return session_of(self.seen, Taken(pid, rate, self.torn, "reader", self.cpu), works)


class Sampler:
    """Samples one process. Not for several threads at once."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = monotonic, cpu: Clock | None = None) -> None:
        self._reader, self._clock, self._cpu = reader, clock, cpu or Clock(reader.pid)
        self._names: dict[int, str] = {}
        self._checked = clock()
        self._used: int | None = None
        """The CPU clock at the end of the last look."""
        self._begin()

    def _begin(self) -> None:
        self._seen: Counter[tuple[int, Stack]] = Counter()
        self.looks = self.torn = self.cut = self.waiting = 0
        self._began, self._since = self._clock(), self._cpu.now()

    def look(self) -> None:
        """One look at the threads that run. Raises OSError if it has ended, or may not be read any more."""
        self.looks += 1
        before = self._cpu.now()
        if before is not None and before == self._used:
            return  # nothing has run since
        try:
            look = self._reader.look(idle=False)
        except TornError:
            self.torn += 1
            return
        self._used = self._cpu.now()
        self._add(look, on_cpu=before is None or self._used != before)
        if self._clock() - self._checked > CHECK:
            self._checked = self._clock()
            self._reader.check()

    def _add(self, look: Look, *, on_cpu: bool) -> None:
        running = [each for each in look.threads if each.state == "R"]  # who holds the GIL and sleeps uses no CPU
        if not on_cpu:
            self.waiting += len(running) + look.torn
            return
        self.torn += look.torn
        for each in running:
            if not each.stack:  # it is in no Python
                continue
            self.cut += each.cut
            self._seen[each.thread, each.stack] += 1

    def take(self) -> Sampled:
        """What was seen since the last time."""
        now, cpu = self._clock(), self._cpu.now() or self._used
        used = None if cpu is None or self._since is None else (cpu - self._since) / 1e9
        counts = self.looks, self.torn, self.cut, self.waiting
        found = Sampled(tuple(self._all()), *counts, seconds=now - self._began, cpu=used)
        self._begin()
        return found

    def _all(self) -> Iterator[Seen]:
        for (thread, stack), looks in self._seen.items():
            yield Seen(thread, self._name(thread), tuple(reversed(stack)), looks)

    def _name(self, thread: int) -> str:
        """As the kernel knows it, if it has a name of its own there: only Python 3.14 tells it."""
        if thread not in self._names:
            states, pid = self._reader.states, self._reader.pid
            name = MAIN if thread == pid else states.name(thread)
            self._names[thread] = "" if name == states.name(pid) else name
        return self._names[thread]
