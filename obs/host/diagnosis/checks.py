"""The one list of checks, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from obs.host.diagnosis.agents import agents
from obs.host.diagnosis.clock import clock
from obs.host.diagnosis.collector import collector
from obs.host.diagnosis.descriptors import descriptors
from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.forking import forking
from obs.host.diagnosis.grpc import grpc
from obs.host.diagnosis.interpreter import interpreter
from obs.host.diagnosis.multiproc import multiproc
from obs.host.diagnosis.patching import patching
from obs.host.diagnosis.port import port
from obs.host.diagnosis.ptrace import ptrace
from obs.host.diagnosis.runtime_dir import runtime_dir
from obs.host.diagnosis.settings import settings
from obs.host.diagnosis.situation import Situation
from obs.host.diagnosis.started import started
from obs.host.diagnosis.versions import versions


class Check(NamedTuple):
    """A question, and who answers it with what is wrong."""

    name: str
    find: Callable[[Situation], Iterable[Finding]]
    trial: bool = False
    """Whether it needs the command to have run."""


class Result(NamedTuple):
    """A check's findings; none if all is well."""

    check: str
    findings: tuple[Finding, ...]


CHECKS: tuple[Check, ...] = (
    Check("settings", settings),
    Check("shared memory", runtime_dir),
    Check("port", port),
    Check("ptrace", ptrace),
    Check("clock", clock),
    Check("open files", descriptors),
    Check("interpreter", interpreter),
    Check("versions", versions),
    Check("agents", agents),
    Check("multiprocess", multiproc),
    Check("collector", collector),
    Check("start", started, trial=True),
    Check("patching", patching, trial=True),
    Check("fork", forking, trial=True),
    Check("grpc", grpc, trial=True),
)


def examine(situation: Situation) -> Iterator[Result]:
    """Ask every check that can be asked in this situation."""
    for check in CHECKS:
        if situation.trial is not None or not check.trial:
            yield Result(check.name, tuple(check.find(situation)))
