"""What one screen is made from: the readings at one moment and of some time before, and their rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from obs.cli.top.history import History
from obs.cli.top.state import State
from obs.host.groups import group, grouped
from obs.host.rates import Rates, Window, rates
from obs.host.reading import BOUNDS
from obs.host.tally import Owner, Reading, Tally
from obs.host.vitals import Pulse, pulse
from obs.runtime.blocks.block import Block

WINDOW = 10.0
"""Seconds that rates and quantiles are taken over: calm enough to read, and yet of now."""

LONG = 120.0
"""Seconds that one work's details are taken over: what it waits for is sampled."""

STEP = 10.0
"""Seconds between two of the readings that are kept for that."""


class Source(Protocol):
    """Where readings come from: see :class:`obs.cli.top.feed.Feed`."""

    def read(self) -> Reading: ...

    def began(self, now: Reading) -> Reading: ...

    def blocks(self) -> tuple[Block, ...]: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """One look, and what to compare it with."""

    when: float
    """Unix time."""
    began: Reading
    """The beginning of the run."""
    long_before: Reading
    before: Reading
    now: Reading
    blocks: tuple[Block, ...] = ()

    @property
    def seconds(self) -> float:
        """That rates are of."""
        return self.now.at - self.before.at

    @property
    def whole(self) -> bool:
        """Whether they are of all the run, for want of an earlier look."""
        return self.before is self.began

    @property
    def pulse(self) -> Pulse:
        return pulse(self.before, self.now)

    def owner(self, work: str) -> Owner:
        return self.now.owners.get(work, Owner())

    def lately(self, work: str) -> Tally:
        """What a work did in the last minutes."""
        return self.now.works.get(work, Tally()) - self.long_before.works.get(work, Tally())

    def rates(self, state: State) -> Rates:
        """The rows that ``state`` asks for, in no order of its own."""
        owners = self.now.owners
        start, before, now = (grouped(each, state.by, owners) for each in (self.began, self.before, self.now))
        return rates(start, before, now, BOUNDS, self.keeper(state))

    def keeper(self, state: State) -> Callable[[str], bool]:
        """Whether a row of that name is among those that are asked for."""
        wanted, owners = state.filter.lower(), self.now.owners

        def keep(name: str) -> bool:
            if state.scope and group(state.scope.by, owners, name) != state.scope.name:
                return False
            return wanted in name.lower()

        return keep

    def shown_blocks(self, state: State) -> list[Block]:
        """The blocks of the rows that are asked for, the last first."""
        keep, owners = self.keeper(state), self.now.owners
        return [block for block in reversed(self.blocks) if keep(group(state.by, owners, block.work))]


class Watcher:
    """Makes a :class:`Moment` each time it looks, and remembers what it needs for the next."""

    def __init__(self, source: Source, window: float = WINDOW) -> None:
        """``window``: seconds that rates are of; 0 for those since the look before."""
        self.source = source
        self.history = History()
        self._window, self._long = Window(window), Window(LONG)
        self._began: Reading | None = None
        self._next_long = 0.0

    def look(self) -> Moment:
        """The state of things. Raises Ended."""
        now = self.source.read()
        first = self._began is None
        began = self._began = self._began or self.source.began(now)
        before = self._window.add(now)
        if now.at >= self._next_long:
            self._long_before, self._next_long = self._long.add(now), now.at + STEP
        self.history.add(now)
        long_before = began if self._long_before is now else self._long_before
        return Moment(time.time(), began, long_before, began if first else before, now, self.source.blocks())
