"""Looks at a process, and sums what it sees on a CPU, and who holds a loop without one.

A thread computes if the kernel says that it can run, and the process's CPU clock goes on while its stack is read, or
the thread holds the GIL: then it was pushed off its CPU in the midst of computing, mostly by us, who had to get one to
look. What has just woken up and stands in line for a CPU does not count, though the kernel calls that running as well.

Measured on 2 cores that 22 programs wanted: the shares of works in the CPU samples were 12% away from those that the
process had accounted, exactly (total variation). By the clock alone it was 32%, by the kernel's letter alone, as py-spy
counts, 26%.

A loop is held if its thread sleeps before and after its stack is read, and is not in its poll: in a system call that
gevent knows nothing of, or in the system's lock. One that waits for the GIL sleeps too; while another thread has the
GIL it can't be told, so those looks are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple

from obs.profiling.outside.samples import Taken, Works, session_of
from obs.profiling.outside.seen import Seen
from obs.profiling.outside.works import is_hub
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.greenlet import Stack
from obs.profiling.reader.kernel import Clock
from obs.profiling.reader.reader import Look, Reader
from obs.profiling.session import Session, View

CHECK = 5.0
"""Seconds after which what is known of code objects is looked at again."""

MAIN = "MainThread"
"""The name that Python gives to a process's first thread."""

SLEEPING = ("S", "D")
"""The kernel's letters for a thread that waits."""

Place = tuple[int, Stack]
"""A thread, and its stack."""


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

    @property
    def pause(self) -> float | None:
        """Seconds that a look stands for; None if there was none."""
        return self.seconds / self.looks if self.looks else None

    def session(self, pid: int, rate: int, works: Works = None) -> Session:
        """The cpu and held views of it."""
        return session_of(self.seen, Taken(pid, rate, self.torn, "reader", self.cpu, self.pause), works)


class Sampler:
    """Samples one process. Not for several threads at once."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = monotonic, cpu: Clock | None = None) -> None:
        self._reader, self._clock, self._cpu = reader, clock, cpu or Clock(reader.pid)
        self._names: dict[int, str] = {}
        self._checked = clock()
        self._used: int | None = None
        """The CPU clock at the end of the last look."""
        self._loops = {reader.pid}
        """Threads that are looked at when they sleep too: the first, and those in which gevent was seen."""
        self._still: tuple[Place, ...] = ()
        """Those that stood still in the last look."""
        self._begin()

    def _begin(self) -> None:
        self._seen: Counter[Place] = Counter()
        self._held: Counter[Place] = Counter()
        self.looks = self.torn = self.cut = self.waiting = 0
        self._began, self._since = self._clock(), self._cpu.now()

    def look(self) -> None:
        """One look at the threads that run. Raises OSError if it has ended, or may not be read any more."""
        self.looks += 1
        before = self._cpu.now()
        if before is not None and before == self._used:
            self._held.update(self._still)  # nothing has run since: who stood still is where it was
            return
        self._still = ()
        try:
            look = self._reader.look(idle=False, also=self._loops)
        except TornError:
            self.torn += 1
            return
        self._used = self._cpu.now()
        self._add(look, on_cpu=before is None or self._used != before)
        self._still = tuple(self._standing(look))
        self._held.update(self._still)
        if self._clock() - self._checked > CHECK:
            self._checked = self._clock()
            self._reader.check()

    def _add(self, look: Look, *, on_cpu: bool) -> None:
        running = [each for each in look.threads if each.state == "R"]  # who holds the GIL and sleeps uses no CPU
        computing = [each for each in running if on_cpu or each.holds_gil]
        self.waiting += len(running) - len(computing)
        self.torn += look.torn if on_cpu else 0
        for each in computing:
            if not each.stack:  # it is in no Python
                continue
            self.cut += each.cut
            self._seen[each.thread, each.stack] += 1
            if is_hub(each.stack[-1]):
                self._loops.add(each.thread)

    def _standing(self, look: Look) -> Iterator[Place]:
        """Loops' threads that sleep, those in their poll too: by these it is known that they are loops."""
        for each in look.threads:
            alone = not any(other.holds_gil for other in look.threads if other is not each)
            sleeps = alone and each.state in SLEEPING and each.thread in self._loops
            if sleeps and each.stack and self._reader.states.letter(each.thread) in SLEEPING:
                yield each.thread, each.stack

    def take(self) -> Sampled:
        """What was seen since the last time."""
        now, cpu = self._clock(), self._cpu.now() or self._used
        used = None if cpu is None or self._since is None else (cpu - self._since) / 1e9
        counts = self.looks, self.torn, self.cut, self.waiting
        found = Sampled(tuple(self._all()), *counts, seconds=now - self._began, cpu=used)
        self._begin()
        return found

    def _all(self) -> Iterator[Seen]:
        yield from self._each(self._seen, "cpu")
        yield from self._each(self._held, "held")

    def _each(self, places: Counter[Place], view: View) -> Iterator[Seen]:
        for (thread, stack), looks in places.items():
            yield Seen(thread, self._name(thread), tuple(reversed(stack)), looks, view)

    def _name(self, thread: int) -> str:
        """As the kernel knows it, if it has a name of its own there: only Python 3.14 tells it."""
        if thread not in self._names:
            states, pid = self._reader.states, self._reader.pid
            name = MAIN if thread == pid else states.name(thread)
            self._names[thread] = "" if name == states.name(pid) else name
        return self._names[thread]
