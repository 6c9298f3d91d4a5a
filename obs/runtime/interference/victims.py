"""Whom a segment hurt, for the record of a block: the last delays, each with its victim's name."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

KEPT = 2048
"""Delays remembered on a clock: some 300 kB. 500 works that wait for one block fit four times."""

SHORT = 1_000_000
"""In ns. A delay below 1 ms hurts nobody, and would push those out that do."""

Delay = tuple[int, int, str, int]
"""``(start, end, the victim's name, how many it stands for)``; times in ns."""


def recent() -> deque[Delay]:
    """What a clock remembers them in."""
    return deque(maxlen=KEPT)


def victims(start_ns: int, end_ns: int, clock: Clock) -> list[tuple[str, int, float]]:
    """``(name, how many times, seconds ready and not run between the two moments)``, the worst hurt first.

    A victim is known once it has run again: ask when the stretch is over, before 2,048 more delays. From any thread;
    0.4 ms at most.
    """
    counts: dict[str, list[int]] = {}
    for start, end, name, weight in _copy(clock):
        ns = min(end, end_ns) - max(start, start_ns)
        if ns > 0:
            count = counts.setdefault(name, [0, 0])
            count[0] += weight
            count[1] += ns * weight
    ranked = sorted(counts.items(), key=lambda item: -item[1][1])
    return [(name, times, ns / 1e9) for name, (times, ns) in ranked]


def _copy(clock: Clock) -> list[Delay]:
    charges = clock.charges
    for _ in range(5 if charges else 0):
        try:
            return list(charges.delays)
        except RuntimeError:  # its own thread has added one in the middle
            continue
    return []
