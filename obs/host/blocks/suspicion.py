"""A process whose heartbeat is late: what is seen of it until it comes back, dies, or is found to be stopped."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter_ns, time_ns

from obs.host.blocks.budget import Budget
from obs.host.blocks.pyspy import Dump, Dumping
from obs.host.blocks.readers import Readers
from obs.host.blocks.state import State, state
from obs.metrics.ring import Ring, Word
from obs.metrics.rings import RingFile
from obs.runtime.accounting.entries import UNATTRIBUTED
from obs.runtime.blocks.block import Block, Stack
from obs.runtime.blocks.calls import NONE

LONG_NS = 200_000_000
"""A process that dies after so long without the GIL died in a block, also if there is no stack to show it."""

MOST = 4
"""Stacks of one block: each at twice the age of the one before."""


class Suspicion:
    """One process, from its last heartbeat on. What is found goes into ``ring``, the newest last."""

    def __init__(self, file: RingFile, ring: Ring, budget: Budget, readers: Readers | None = None) -> None:
        """``readers``: asked before py-spy is."""
        self._file, self._ring, self._budget, self._readers = file, ring, budget, readers
        self.beat = file.word(Word.BEAT)
        self._dumping: Dumping | None = None
        self._next_age, self._tries = 0, 0
        self._block = Block(
            start=(time_ns() - (perf_counter_ns() - self.beat)) / 1e9,
            start_ns=self.beat,
            duration=0.0,
            ended=False,
            work=UNATTRIBUTED,
            service=str(file.identity.get("service", "")),
            pid=file.pid,
            ring=file.id,
        )

    @property
    def over(self) -> bool:
        """Whether the process has given a sign of life since, and nothing of ours looks at it any more."""
        return self.back and self._dumping is None

    @property
    def back(self) -> bool:
        return self._file.word(Word.BEAT) != self.beat

    def look(self, now: int) -> None:
        """Find out why it is late; take its stack if it holds the GIL."""
        if self._dumping is not None:
            self._receive(self._dumping)
        if self._dumping is not None:
            return
        if self.back:
            self._came_back()
            return
        found = self._state()
        if found is State.STOPPED:
            self._tell(replace(self._block, stopped=True), now, quietly=self._block.stopped)
        elif found is State.WAITS:
            self._waits(now)

    def _state(self) -> State:
        return state(self._file.pid, self._file.word(Word.THREAD))

    def _waits(self, now: int) -> None:
        """Somebody holds the GIL: take the stack, if it is time."""
        age = now - self.beat
        if age > LONG_NS:
            self._block = replace(self._block, gil_held=True)
        if age >= self._next_age and self._tries < MOST and self._budget.allow(self._file.id):
            self._take(now)

    def _take(self, now: int) -> None:
        self._tries += 1
        self._next_age = 2 * (now - self.beat)
        if self._readers is not None and (read := self._readers.dump(self._file.pid)) is not None:
            self._judge(*read)
            return
        try:
            self._dumping = Dumping(self._file.pid)
        except OSError as error:
            self._tries = MOST
            reason = f"py-spy, which obs[host] installs, can't be started: {error.strerror}"
            self._tell(replace(self._block, gil_held=True, stack_refused=reason), now)

    def _receive(self, dumping: Dumping) -> None:
        """A stack counts only if the process has not given a sign of life since: else it may be of anything."""
        dump = dumping.result()
        if dump is None:
            return
        self._dumping = None
        self._judge(dump, dumping.started_ns)

    def _judge(self, dump: Dump, at: int) -> None:
        if self.back:
            self._budget.came_late(self._file.id)
        elif dump.refused:
            if self._state() is not State.GONE:
                self._tell(replace(self._block, gil_held=True, stack_refused=dump.refused), at)
        else:
            self._budget.came_in_time(self._file.id)
            self._tell(self._seen(dump, at), at)

    def _seen(self, dump: Dump, now: int) -> Block:
        block = self._block.with_stacks([Stack(round((now - self.beat) / 1e9, 4), dump.texts, outside=True)])
        call = NONE if block.call else dump.call
        return replace(
            block,
            work=dump.work or block.work,
            at=block.at or dump.at,
            own=block.own or dump.own,
            call=block.call or call.name,
            doing=block.doing or call.kind,
            gil_held=True,
        )

    def _tell(self, block: Block, now: int, *, quietly: bool = False) -> None:
        """Keep what is known: in the ring too, unless it said nearly the same the last time."""
        self._block = replace(block, duration=(now - self.beat) / 1e9, seen_ns=block.seen_ns if block.ended else now)
        if not quietly:
            self._ring.append(self._block.packed())

    def _came_back(self) -> None:
        """Its own record is the better one. There is none if another thread held the GIL, while the loop slept."""
        if self._block.seen_ns and not self._block.ended:
            self._tell(replace(self._block, ended=True), self._file.word(Word.BEAT))

    def died(self, now: int) -> None:
        """The process has died in it: what is known is all that there will be."""
        if self._block.seen_ns or self._block.gil_held:
            self._tell(self._block, now)
