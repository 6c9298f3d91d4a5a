"""A look, and those before it that it is compared with: rates of now, of the last minutes, of a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from obs.host.live.look import Look
from obs.host.live.members import Member
from obs.host.rates import Rates, rates
from obs.host.reading import BOUNDS
from obs.host.tally import Reading, Tally
from obs.host.vitals import Pulse, pulse
from obs.runtime.blocks.block import Block

NOW = 10.0
"""Seconds that rates and quantiles are of: calm enough to read, and yet of now."""

LATELY = 120.0
"""Seconds that findings and a work's details are of: what it waits for is sampled."""

STARVING = 0.1
"""Of the time without a CPU, from which it is said."""

FAMISHED = 0.5
"""The same, from which it is the story."""

QUARTER = 900.0
"""Seconds of all that is kept: details may be of them instead."""


@dataclass(frozen=True)
class Moment:
    """A value; what is computed of it is computed once."""

    now: Look
    before: Look
    """Some :data:`NOW` seconds ago."""
    long_before: Look
    """Some :data:`LATELY` seconds ago, or the first there was."""
    long_ago: Look | None = None
    """Some :data:`QUARTER` of an hour ago, or the first there was."""
    gone: Mapping[int, float] = field(default_factory=dict)
    """Processes that have ended in the last minutes: pid, and when they were last seen."""
    service: str = ""

    @property
    def seconds(self) -> float:
        """That rates are of."""
        return max(self.now.reading.at - self.before.reading.at, 1e-3)

    @property
    def lately(self) -> float:
        """Seconds that findings are of."""
        return max(self.now.reading.at - self.long_before.reading.at, 1e-3)

    @cached_property
    def quarter(self) -> Moment:
        """The same moment, with what is said of lately said of the last quarter of an hour."""
        return replace(self, long_before=self.long_ago or self.long_before)

    @cached_property
    def rates(self) -> Rates:
        """The rows of now, the busiest since the start first."""
        now = replace(self.now.reading, blame={})  # of whom there may be many, and :attr:`blame` says it
        return rates(Reading(0.0, {}), self.before.reading, now, BOUNDS)

    @cached_property
    def pulse(self) -> Pulse:
        return pulse(self.before.reading, self.now.reading)

    @cached_property
    def done(self) -> Mapping[str, Tally]:
        """What each work did lately; those that did nothing are not in it."""
        before = self.long_before.reading.works
        works = self.now.reading.works.items()
        return {name: tally.since(before.get(name)) for name, tally in works if tally is not before.get(name)}

    @cached_property
    def blame(self) -> Mapping[tuple[str, str], float]:
        """Seconds lost each second lately, by culprit and victim."""
        before = self.long_before.reading.blame
        found = {pair: (lost - before.get(pair, 0.0)) / self.lately for pair, lost in self.now.reading.blame.items()}
        return {pair: lost for pair, lost in found.items() if lost > 0}

    @property
    def loops(self) -> int:
        """Processes of the service that have a loop."""
        return sum(member.watched for member in self.now.members if member.kind == "service")

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Those that began lately."""
        return tuple(block for block in self.now.blocks if block.start >= self.now.when - self.lately)

    @cached_property
    def starved(self) -> tuple[float, ...]:
        """Of each process of the service, which part of the time it has waited for a CPU lately."""
        pairs = [(now, self.earlier(now, long=True)) for now in self.now.members if now.kind == "service"]
        return tuple((now.starved - was.starved) / self.lately for now, was in pairs if was is not None)

    @property
    def hungriest(self) -> float:
        """The most of them."""
        return max(self.starved, default=0.0)

    @property
    def starving(self) -> bool:
        """Whether that is so much that what holds a loop may only have no CPU."""
        return self.hungriest >= STARVING

    @property
    def famished(self) -> bool:
        """Whether it is most of the time: all else that is slow is slow for it too."""
        return self.hungriest >= FAMISHED

    def earlier(self, member: Member, *, long: bool = False) -> Member | None:
        """The same process at the look that it is compared with."""
        look = self.long_before if long else self.before
        return next((each for each in look.members if (each.pid, each.since) == (member.pid, member.since)), None)
