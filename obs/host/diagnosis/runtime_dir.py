"""Can the shared memory be used, and is it large enough?"""

from __future__ import annotations

import os
from collections.abc import Iterator

from obs.errors import StoreError
from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation
from obs.metrics.folder import make_private

PER_PROCESS = 1 << 20
"""Bytes that a process takes: 2,000 series of the request histogram make a file of half of it."""
ROOMY = 32
"""So many processes should fit: a pod's workers, twice, for a reload starts the new ones before the old have ended."""


def runtime_dir(situation: Situation) -> Iterator[Finding]:
    """The runtime folder: ours alone, writable, with room."""
    if situation.config is None:
        return
    folder = situation.config.runtime_dir
    try:
        make_private(folder)
        free = os.statvfs(folder)
    except (StoreError, OSError) as error:
        problem, _, fix = str(error).partition("; ")
        yield Finding("error", "the runtime folder can't be used: metrics are lost when a process ends", problem, fix)
        return
    room = free.f_bavail * free.f_frsize
    if room < ROOMY * PER_PROCESS:
        yield Finding(
            "error" if room < 2 * PER_PROCESS else "warning",
            f"little shared memory: room for {room // PER_PROCESS} processes, and {ROOMY} should fit",
            f"{room / 2**20:.0f} MiB are free in {folder}",
            "docker: --shm-size=256m; Kubernetes: an emptyDir with medium: Memory at /dev/shm; or OBS_RUNTIME_DIR",
        )
