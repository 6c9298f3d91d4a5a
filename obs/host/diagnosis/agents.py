"""Does another agent measure the same?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation
from obs.runtime.report import Report

LAUNCHERS = ("ddtrace-run", "newrelic-admin", "opentelemetry-instrument", "elasticapm-run", "instana-run", "sentry-run")

FIX = "start the service with one of them only: two agents wrap the same functions, double the cost and split traces"


def agents(situation: Situation) -> Iterator[Finding]:
    """Others' launchers in the command, others' sitecustomize on PYTHONPATH, others' modules in the process."""
    for word in situation.command:
        if Path(word).name in LAUNCHERS:
            yield Finding("error", f"{Path(word).name} is in the command too", f"the command has {word}", FIX)
    for folder in situation.environ.get("PYTHONPATH", "").split(os.pathsep):
        path = Path(folder) / "sitecustomize.py"
        if folder and path.exists() and Path(folder).parts[-3:] != ("obs", "host", "bootstrap"):
            yield Finding(
                "warning",
                "another sitecustomize runs in every process, as other agents' do",
                f"PYTHONPATH has {path}",
                f"if it is an agent's, {FIX}",
            )
    for name in sorted({name for report in reports(situation) for name in report["agents"]}):
        yield Finding("error", f"{name} measures the same process", f"it has the module {name} loaded", FIX)


def reports(situation: Situation) -> tuple[Report, ...]:
    return situation.trial.reports if situation.trial else ()
