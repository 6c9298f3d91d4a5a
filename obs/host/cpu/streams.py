"""The streams of all processes that the reader looks at, and recordings that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from obs.host.cpu.recorded import Asked, Recorded
from obs.host.cpu.rounds import Rounds
from obs.host.cpu.stream import Stream
from obs.host.cpu.waiting import Waiting
from obs.profiling.reader import ForbiddenError, ReaderError, Sampled
from obs.profiling.session import View

BEHIND = 0.9
"""The part of the looks that were asked for, below which it is said that there were fewer."""

CUT = 0.1
"""The part of the stacks without their innermost frames from which that is said."""


WAITING_RATE, WAITING_SHARE = 10, 0.1
"""Looks a second at what waits; and the part of a CPU that they may take: one at 10,000 takes half a second."""

ReadFn = Callable[[int, Path | None], Stream]


class Streams:
    """One for each process, for as long as it is wanted. Not for several threads at once."""

    def __init__(self, rate: int, share: float = 1.0, cache: Path | None = None, read: ReadFn = Stream) -> None:
        """``rate`` and ``share``: see Rounds. ``cache``: where layouts are kept."""
        self._rounds, self._slow = Rounds(rate, share), Rounds(WAITING_RATE, WAITING_SHARE)
        self._cache, self._read = cache, read
        self._streams: dict[int, Stream] = {}
        self._refused: dict[int, ReaderError] = {}

    def record(self, asked: Asked) -> Reading:
        """Raises ReaderError: what to grant, or why the reader can't look."""
        if asked.pid in self._refused:
            raise self._refused[asked.pid]
        stream = self._streams.get(asked.pid)
        if stream is None or not stream.is_current:
            self._drop(asked.pid)
            stream = self._begun(asked.pid)
        return Reading(stream, asked.rate)

    def _begun(self, pid: int) -> Stream:
        try:
            stream = self._streams[pid] = self._read(pid, self._cache)
        except ForbiddenError:
            raise
        except ReaderError as error:
            self._refused[pid] = error  # it would find out the same again, and run an interpreter for it
            raise
        self._rounds.add(stream)
        return stream

    def waiting(self, pid: int) -> Waiting:
        """What it waits for, from now on. Raises ReaderError."""
        found = Waiting(pid, self._cache)
        self._slow.add(found)
        return found

    def keep(self, pids: set[int]) -> None:
        """Leave all processes but these."""
        for pid in self._streams.keys() - pids:
            self._drop(pid)
        self._refused = {pid: error for pid, error in self._refused.items() if pid in pids}

    def _drop(self, pid: int) -> None:
        stream = self._streams.pop(pid, None)
        if stream is not None:
            self._rounds.remove(stream)
            stream.close()

    def close(self) -> None:
        """Look at nothing any more."""
        self._slow.stop()
        self._rounds.stop()
        self.keep(set())


class Reading:
    """What a stream sees from now on, or from where the recording before it has ended."""

    settles = 0.0
    views: tuple[View, ...] = ("cpu", "held")

    def __init__(self, stream: Stream, rate: int) -> None:
        self._stream, self._rate = stream, rate
        self._sampled: Sampled | None = None

    @property
    def over(self) -> bool:
        return bool(self._stream.ended)

    def begin(self) -> None:
        self._stream.take()

    def end(self) -> None:
        if self._sampled is None:
            self._sampled = self._stream.take()

    def result(self) -> Recorded:
        self.end()
        sampled = self._sampled or Sampled()
        seen = sum(one.looks for one in sampled.seen if one.view == "cpu")
        refused = self._stream.ended if self.over and not sampled.looks else ""
        notes = tuple(remarks(sampled, self._rate, seen))
        cpu = sampled.cpu if seen else None
        return Recorded(sampled.seen, sampled.torn, refused, "reader", cpu, sampled.pause, notes)


def remarks(sampled: Sampled, rate: int, seen: int) -> Iterator[str]:
    """What is to be known of the looks."""
    wanted = sampled.seconds * rate
    if wanted > rate and sampled.looks < BEHIND * wanted:
        yield f" was looked at {sampled.looks / sampled.seconds:.0f} times a second, not {rate}: the machine is busy"
    if seen and sampled.cut > CUT * seen:
        share = sampled.cut / seen
        yield f": {share:.0%} of its stacks lack innermost functions that came and went: their callers bear that time"
