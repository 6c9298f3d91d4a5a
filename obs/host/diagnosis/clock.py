"""Is reading the clock cheap, and fine enough?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation

SOURCE = "sys/devices/system/clocksource/clocksource0/current_clocksource"
FAST = ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter")
"""Those that are read without a system call (arch/x86/entry/vdso, arch/arm64/kernel/vdso)."""
SLOW = 250.0
"""Nanoseconds a call; 40 to 60 with a fast source. A request reads the clock about ten times."""


def clock(situation: Situation, measure: Callable[[], float] | None = None) -> Iterator[Finding]:
    """The clock source's name and the cost of a reading."""
    source, cost = situation.read(SOURCE), (measure or cost_of_reading)()
    if cost > SLOW or (source and source not in FAST):
        yield Finding(
            "warning",
            "reading the clock is slow, and obs reads it at every request and greenlet switch",
            f"perf_counter_ns takes {cost:.0f} ns; clocksource {source or 'unknown'}",
            f"switch to a source that needs no system call, if the kernel trusts one here: echo tsc > /{SOURCE}",
        )
    resolution = time.get_clock_info("monotonic").resolution
    if resolution > 1e-6:
        yield Finding(
            "warning",
            "the monotonic clock is coarse: short delays can't be seen",
            f"its resolution is {resolution * 1e6:g} µs",
            "use a kernel with high-resolution timers (CONFIG_HIGH_RES_TIMERS)",
        )


def cost_of_reading(rounds: int = 20, calls: int = 1000) -> float:
    """Nanoseconds for one ``perf_counter_ns``, the loop included: the best of some rounds."""
    read = time.perf_counter_ns
    best = float("inf")
    for _ in range(rounds):
        start = read()
        for _ in range(calls):
            read()
        best = min(best, (read() - start) / calls)
    return best
