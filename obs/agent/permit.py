"""``permit``: who asks may look at this process's stacks from outside, until it goes."""

from __future__ import annotations

from obs.agent.operation import Answer, Refusal, Request
from obs.runtime.blocks import ptracer

LOOK = 1.0
"""Seconds between two looks at whether the client is still there."""


class Permit:
    """One part, ``{"permitted": true}``, and then silence until the client says stop or goes.

    Under Yama a process says who may trace it beside its ancestors (prctl(2), PR_SET_PTRACER): that is the launcher,
    and ``obs profile`` in another shell is none of its children. Who may ask has been checked: this user, or root.
    """

    name = "permit"

    def answer(self, request: Request) -> Answer:
        undo = ptracer.permit(request.peer.pid)
        if undo is None:
            raise Refusal("unneeded", "nobody has to be permitted here, or it can't be")
        try:
            yield {"permitted": True}
            while not (yield LOOK):
                pass
        finally:
            undo()
