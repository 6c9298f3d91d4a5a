"""Processes: greenlets, memory, garbage collection."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.promql import rate
from obs.generate.rules.record import Record
from obs.metrics.catalog import OBS_GREENLETS, OBS_PROCESSES, PROCESS_RESIDENT_MEMORY, PYTHON_GC_PAUSE

PROCESSES = Record("service:obs_processes:sum", f"sum by (env, service) ({OBS_PROCESSES.name})", "live processes")
GREENLETS = Record(
    "service:obs_greenlets:per_process",
    f"sum by (env, service) ({OBS_GREENLETS.name}) / ({PROCESSES} > 0)",
    "greenlets alive, for each process",
)
MEMORY = Record(
    "service:process_resident_memory_bytes:per_process",
    f"sum by (env, service) ({PROCESS_RESIDENT_MEMORY.name}) / ({PROCESSES} > 0)",
    "resident bytes, for each process",
)
GC_SHARE = Record(
    "service:python_gc_pause:ratio_rate5m",
    f"sum by (env, service) ({rate(PYTHON_GC_PAUSE, part='_sum')}) / ({PROCESSES} > 0)",
    "share of the time that garbage collection stops a process",
)

PROCESS = Group("obs-process", (PROCESSES, GREENLETS, MEMORY, GC_SHARE))
