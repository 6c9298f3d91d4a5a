"""The two ends of a window over one process: what was counted between them, and what has become of it."""

from __future__ import annotations

from time import monotonic, time
from typing import NamedTuple

from obs.host.profile.accounts import Accounts, accounts
from obs.host.profile.targets import Target
from obs.host.profile.vitals import Vitals, became, vitals


class Moment(NamedTuple):
    """What is known of a process now."""

    when: float
    """Unix time."""
    clock: float
    """``monotonic``."""
    accounts: Accounts
    vitals: Vitals | None


def moment(target: Target) -> Moment:
    """This one."""
    return Moment(time(), monotonic(), accounts(target.file), vitals(target.pid))


class Window(NamedTuple):
    """From one moment to another."""

    first: Moment
    last: Moment

    @property
    def seconds(self) -> float:
        """How long it was."""
        return max(self.last.clock - self.first.clock, 1e-3)

    @property
    def used(self) -> Accounts:
        """What was accounted in it."""
        return self.last.accounts.since(self.first.accounts)

    @property
    def fate(self) -> str:
        """See :func:`obs.host.profile.vitals.became`."""
        return became(self.first.vitals, self.last.vitals)

    @property
    def starved(self) -> float:
        """Seconds in which its main thread could have run, and had no CPU; 0 if the kernel doesn't say."""
        before, after = self.first.vitals, self.last.vitals
        return max(after.starved - before.starved, 0.0) if before and after else 0.0

    @property
    def cpu(self) -> float | None:
        """CPU seconds that the kernel has counted in it; None if the process has ended."""
        before, after = self.first.vitals, self.last.vitals
        return after.cpu - before.cpu if before and after else None
