"""The one list of what the agent can be asked."""

from __future__ import annotations

from obs.agent.dump import Dump
from obs.agent.hello import Hello
from obs.agent.operation import Operation
from obs.agent.permit import Permit
from obs.agent.profile import Profile

OPERATIONS: tuple[Operation, ...] = (Hello(), Dump(), Profile(), Permit())
