"""What has been used so far, open works included, as it can be read from another thread at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from obs.runtime.accounting.account import NOTHING, Account, Used
from obs.runtime.accounting.clock import Clock, every
from obs.runtime.accounting.entries import entries, entry_for


def so_far() -> dict[str, Used]:
    """Seconds by name, as ``obs_work_seconds_total`` will have them. 1 µs for each name and each open Work."""
    found: dict[str, Used] = {}
    for name, used in (*_counted(), *(each for clock in every() for each in _uncounted(clock))):
        found[name] = found.get(name, NOTHING).plus(used)
    return found


def _counted() -> Iterator[tuple[str, Used]]:
    for entry in list(entries.values()):
        yield entry.name, entry.used


def _uncounted(clock: Clock) -> Iterator[tuple[str, Used]]:
    """What the entries have not been told of yet."""
    now = perf_counter()
    slept = (clock.idle - clock.idle_known) / 1e9
    for account in (clock.loop, clock.nobody, *list(clock.others.values())):
        used = Used(account.run - account.held, account.held).minus(account.moved)
        yield account.name, used.minus(Used(cpu=slept)) if account is clock.loop else used
    yield clock.idler.name, Used(wait=clock.idler.run + slept).minus(clock.idler.moved)
    for account in list(clock.open):
        if account.work is not None and not account.work.ended:
            yield entry_for(account.work).name, _open(clock, account, now).minus(account.moved)


def _open(clock: Clock, account: Account, now: float) -> Used:
    """An open Work's clocks until ``now``; since it last ran it waits, unless it runs."""
    duration = max(now - account.started - sum(account.inner), 0.0)
    run = account.run + (now - clock.at if clock.account is account else 0.0)
    run = min(run, duration)
    held = min(account.held, run)
    delay = min(account.delay, duration - run)
    return Used(run - held, held, delay, duration - run - delay)
