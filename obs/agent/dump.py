"""``dump``: every greenlet and thread of this process, with its stack."""

from __future__ import annotations

from time import perf_counter

from obs.agent.operation import Answer, Refusal, Request
from obs.runtime import living


class Dump:
    """``{"scan": false}``. The parts are to be joined: each has the frames, stacks and rows that are new in it.

    The first has the loops; the last ``{"slices", "seconds"}``.
    """

    name = "dump"

    def answer(self, request: Request) -> Answer:
        scan = request.arguments.get("scan", False)
        if not isinstance(scan, bool):
            raise Refusal("bad_argument", "scan is true or false")
        began, number = perf_counter(), 0
        yield {"loops": living.loops()}
        stacks, lent = living.Stacks(), living.Lent()
        slices = living.Slices(living.rows(stacks, lent, scan=scan), lent)
        while not slices.over:
            rows = slices.take()
            number += 1
            yield {**stacks.news(), "rows": rows}
            if (yield living.GAP):
                break
        yield {"slices": number, "seconds": round(perf_counter() - began, 4), "complete": slices.over}
