"""The watchdog outside: looks at every process's heartbeat in shared memory, and at those whose heartbeat is late.

A process whose GIL is held can't look at itself, and one that is killed can't tell any more.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from time import perf_counter_ns

from obs.errors import fault
from obs.host.blocks.budget import Budget
from obs.host.blocks.readers import Readers
from obs.host.blocks.suspicion import Suspicion
from obs.host.layouts import layouts
from obs.metrics.identity import Identity, pid_namespace
from obs.metrics.ring import Ring, Word
from obs.metrics.rings import RingFile, Rings, sweep_rings
from obs.profiling.reader.probing import publish
from obs.runtime.blocks.outside import HOST

PAUSE = 0.015
"""Seconds between two looks: 1 µs for each process."""

LATE_NS = 20_000_000
"""A heartbeat so much later than it was meant to be is suspicious: four switch intervals."""

REFRESH = 1.0
"""Seconds between two looks at which processes there are."""


SWEEP = 60.0
"""Seconds between two looks at whether what the dead have left is old."""


class Watchdog:
    """The heartbeats of one run."""

    def __init__(self, run_dir: Path, identity: Identity) -> None:
        """Raises StoreError or OSError if there is no room for a ring of its own."""
        self._run_dir = run_dir
        self._ring = Ring(run_dir, identity.describe("host", ""))
        self._rings = Rings(run_dir)
        self._files: list[RingFile] = []
        self._budget = Budget()
        cache = layouts()
        self._readers = Readers(cache, publish=lambda pid: publish(pid, run_dir, cache))
        self._suspicions: dict[str, Suspicion] = {}
        self._refreshed = self._swept = 0.0
        self._dead = 0

    def start(self) -> None:
        """Look, on a thread of its own, until the process ends."""
        threading.Thread(target=self._run, daemon=True, name="obs-blocks").start()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                fault("host: the watchdog of blocks")
            time.sleep(PAUSE)

    def look(self) -> None:
        """One look at all of them."""
        if time.monotonic() - self._refreshed >= REFRESH:
            self._refreshed = time.monotonic()
            self._refresh()
        now = perf_counter_ns()
        for file in self._files:
            due = file.word(Word.DUE)
            if due and now - due > LATE_NS and file.id not in self._suspicions:
                self._suspicions[file.id] = Suspicion(file, self._ring, self._budget, self._readers)
        for name, suspicion in list(self._suspicions.items()):
            suspicion.look(now)
            if suspicion.over:
                del self._suspicions[name]

    def _refresh(self) -> None:
        """Which processes there are, and which have died."""
        every = self._rings.look()
        alive = [file for file in every if file.alive]
        self._sweep(len(every) - len(alive))
        found = [file for file in alive if file.identity.get("role") != HOST]
        self._files = [file for file in found if file.identity.get("namespace") == pid_namespace()]
        living = {file.id for file in self._files}
        for name in self._suspicions.keys() - living:
            self._suspicions.pop(name).died(perf_counter_ns())
        self._budget.forget(living)
        self._readers.follow({file.pid for file in self._files})

    def _sweep(self, dead: int) -> None:
        """Remove what the dead have left, if there are others than at the last time, and now and then: each ring is
        opened for it."""
        if dead and (dead != self._dead or time.monotonic() - self._swept >= SWEEP):
            self._swept = time.monotonic()
            dead -= len(sweep_rings(self._run_dir))
        self._dead = dead
