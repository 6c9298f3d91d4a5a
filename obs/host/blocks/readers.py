"""The outside readers of a run's processes: the stack of who holds the GIL, at once, for some 0.2 ms of CPU."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter_ns

from obs.errors import ObsError, fault
from obs.host.blocks.pyspy import Dump
from obs.labels import FILE
from obs.profiling.reader import Reader, Running, TornError
from obs.profiling.session import Frame

NICE = 10
"""The service's processes have just started, and have more to do."""


class Readers:
    """One for each process, begun on a thread of its own: the first of a build runs its interpreter for half a second.

    Where a process can't be read there is none, and py-spy is asked. Its layout is published all the same: who may
    read it finds it in the run's folder, and has no interpreter to run.
    """

    def __init__(
        self,
        cache: Path | None,
        read: Callable[[int, Path | None], Reader] = Reader,
        publish: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._cache, self._read, self._publish = cache, read, publish
        self._lock = threading.Lock()
        self._readers: dict[int, Reader | None] = {}
        """None: not yet, or never."""

    def follow(self, pids: set[int]) -> None:
        """Begin to read those that are new, and leave those that are gone."""
        with self._lock:
            gone = [self._readers.pop(pid) for pid in self._readers.keys() - pids]
            new = sorted(pids - self._readers.keys())
            self._readers.update(dict.fromkeys(new))
        for reader in gone:
            if reader is not None:
                reader.close()
        if new:
            threading.Thread(target=self._begin, args=(new,), daemon=True, name="obs-readers").start()

    def _begin(self, pids: list[int]) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, NICE)  # this thread's, and of the interpreter that it may run
        for pid in pids:
            try:
                self._publish(pid)
                reader = self._read(pid, self._cache)
            except (ObsError, OSError):
                continue
            except Exception:
                fault("host: a reader of blocks")
                continue
            with self._lock:
                kept = self._readers.get(pid, reader) is None
                if kept:
                    self._readers[pid] = reader
            if not kept:
                reader.close()

    def dump(self, pid: int) -> tuple[Dump, int] | None:
        """Who holds the GIL there, and when that was (``perf_counter_ns``); None if it can't be told."""
        reader = self._readers.get(pid)
        if reader is None:
            return None
        at = perf_counter_ns()
        with suppress(OSError, TornError):
            reader.check()  # blocks are rare, and a name must not be of a code object that was here before
            found = dumped(reader)
            return None if found is None else (found, at)
        return None


def dumped(reader: Reader) -> Dump | None:
    """Who holds the GIL; None if it can't be told. Raises OSError, TornError."""
    found = min(reader.look().threads, key=rank, default=None)
    if found is not None and found.stack and (found.holds_gil or labelled(found)):
        return Dump(tuple(map(frame, found.stack)), source="reader")
    return None


def frame(each: Frame) -> tuple[str, int, str]:
    return each.file, each.line, each.function


def labelled(thread: Running) -> bool:
    return any(each.file == FILE for each in thread.stack)


def rank(thread: Running) -> tuple[bool, bool]:
    """As py-spy's threads are ranked."""
    return not thread.holds_gil, not labelled(thread)
