"""The one list of what the host process of a run can be asked: what needs its rights, as a child of the launcher."""

from __future__ import annotations

from pathlib import Path

from obs.agent.hello import Hello
from obs.agent.operation import Operation
from obs.host.agents.stack import Stack


def host_operations(run_dir: Path) -> tuple[Operation, ...]:
    """For the run whose folder that is."""
    return (Hello(), Stack(run_dir))
