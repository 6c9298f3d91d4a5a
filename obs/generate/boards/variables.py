"""What one may choose. Every board has all of them, so that links keep them; those without effect on it are hidden.

All is one pattern and never a list of 1,700 names. ``.*`` where a service may have none: an env or version that nobody
set, a work that nobody owns.
"""

from __future__ import annotations

from obs.generate.boards.board import Variable
from obs.generate.boards.promql import Like, of
from obs.generate.rules.records.owners import WORK_OWNER
from obs.generate.rules.records.process import PROCESSES
from obs.generate.rules.records.versions import FIRST_SEEN
from obs.metrics.catalog import OBS_PROCESSES


def values(selector: str, label: str) -> str:
    return f"label_values({selector}, {label})"


ENV = Variable("env", "Environment", values(PROCESSES.name, "env"), every=".*")
SERVICE = Variable("service", "Service", values(f'{PROCESSES.name}{{env=~"$env"}}', "service"))
TEAM = Variable("team", "Team", values(of(WORK_OWNER), "team"), every=".*")
FEATURE = Variable("feature", "Feature", values(of(WORK_OWNER, team=Like("$team")), "feature"), every=".*")
VERSION = Variable(
    "version", "Version", values(f'{FIRST_SEEN.name}{{env=~"$env", service=~"$service"}}', "version"), every=".*"
)
INSTANCE = Variable(
    "instance", "Instance", values(f'{OBS_PROCESSES.name}{{env=~"$env", service=~"$service"}}', "instance")
)
COMMON = (ENV, SERVICE, TEAM, FEATURE, VERSION, INSTANCE)


def showing(*names: str) -> tuple[Variable, ...]:
    """All of them, those in ``names`` to be seen."""
    return tuple(variable._replace(hidden=variable.name not in names) for variable in COMMON)
