"""The standard samplers' decision, taken before anything is built for a request."""

from __future__ import annotations

import re
from random import getrandbits
from typing import NamedTuple

from obs.work import Work, parse_traceparent

LIMIT = 1 << 64
"""OpenTelemetry's ratio sampler looks at the low 64 bits of a trace id."""


class Rule(NamedTuple):
    """What one of OpenTelemetry's standard samplers decides.

    A root draws the low half of its trace id and compares that, so that the ids made later, if anybody asks, are ones
    that a ratio sampler anywhere else would decide alike: deciding twice would square the ratio.
    """

    parent_based: bool
    """Whether the caller's decision is taken over."""
    bound: int
    """Traces whose id's low 64 bits are below it are sampled: 0 none, 2**64 all."""

    @classmethod
    def named(cls, name: str, ratio: float) -> Rule:
        """The rule of a sampler by its standard name (``OTEL_TRACES_SAMPLER``)."""
        kind = name.removeprefix("parentbased_")
        share = {"always_on": 1.0, "always_off": 0.0}.get(kind, ratio)
        return cls(parent_based=kind != name, bound=round(share * LIMIT))

    def decide(self, work: Work) -> bool:
        """Whether the trace of ``work`` is recorded: by its ``traceparent``, else by a draw."""
        header = work.traceparent
        if header is None:
            return self.draw(work)
        seen = usual(header)
        if seen is not None and self.parent_based:
            return seen[1] in "13579bdf"
        trace_id, _, sampled = parse_traceparent(header)
        return self.follow(trace_id, sampled=sampled) if trace_id else self.draw(work)

    def follow(self, trace_id: int, *, sampled: bool) -> bool:
        """The decision for a caller's trace, which the caller has ``sampled`` or not."""
        return sampled if self.parent_based else trace_id % LIMIT < self.bound

    def draw(self, work: Work) -> bool:
        """The decision for a trace that begins here; what it was drawn by is kept in ``work.draw``."""
        work.draw = draw = getrandbits(64)
        return draw < self.bound


# What nearly every caller sends: 0.28 µs against parse_traceparent's 1.6, which still judges all other headers.
usual = re.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]([0-9a-f])").fullmatch
