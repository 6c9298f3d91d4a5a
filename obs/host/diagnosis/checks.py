"""The one list of checks, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

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
    needs: Literal["", "config", "trial"] = ""
    """What it can't be asked without: right settings, or a command that has run."""


class Result(NamedTuple):
    """A check's findings; none if all is well."""

    check: str
    findings: tuple[Finding, ...]


CHECKS: tuple[Check, ...] = (
    Check("settings", settings),
    Check("shared memory", runtime_dir, "config"),
    Check("port", port, "config"),
    Check("ptrace", ptrace),
    Check("clock", clock),
    Check("open files", descriptors),
    Check("interpreter", interpreter),
    Check("versions", versions),
    Check("agents", agents),
    Check("multiprocess", multiproc),
    Check("collector", collector, "config"),
    Check("start", started, "trial"),
    Check("patching", patching, "trial"),
    Check("fork", forking, "trial"),
    Check("grpc", grpc, "trial"),
)


def examine(situation: Situation) -> Iterator[Result]:
    """Ask every check that can be asked in this situation."""
    for check in CHECKS:
        if not check.needs or getattr(situation, check.needs) is not None:
            yield Result(check.name, tuple(check.find(situation)))
