"""The function that greenlet calls at each switch, one per thread with a hub."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from obs.errors import silent
from obs.runtime.accounting.clock import Clock, Tracer
from obs.runtime.accounting.found import found
from obs.runtime.accounting.resuming import NEAR, handed_over, resumed
from obs.runtime.accounting.segments import TINY, ended
from obs.work import current

silent.add(__name__)  # a fault under a switch is told a second later


def tracer(clock: Clock) -> Tracer:  # noqa: C901  flat because it is hot
    """The tracer of ``clock``'s thread.

    Called in the context of the greenlet that has just been switched to, so that ``current`` is its Work and the
    caller's frame is where it was parked. It takes no lock, switches nowhere and calls nobody else's Python but the
    former tracer. The functions that it calls come after segments of 20 µs and delays of 1 ms only.

    Hot: a switch between two works costs 305/361/324 ns more than without a tracer, one over the hub and its loop
    398/510/395 (its watchers included); a tracer that does nothing, 117/140/119 (3.11/3.12/3.13, python -m benchmarks
    accounting). Seconds are floats for that: with integers of nanoseconds it was 1.5 times as much.
    """
    hub, loop, nobody = clock.hub, clock.loop, clock.nobody
    get = current.get

    def trace(event: str, args: Any) -> None:  # noqa: C901
        try:
            now = perf_counter()
            account: Any = clock.account
            elapsed = now - clock.at
            if now - clock.logged > TINY:
                account = ended(clock, account, elapsed, now)
            account.run += elapsed
            account.seen = now
            if args[1] is hub:
                clock.account = loop
            else:
                work = get()
                if work is None:
                    clock.account = nobody
                else:
                    mine = work.account
                    if mine is None or mine.clock is not clock:
                        mine = found(clock, work, now)
                    clock.account = mine
                    seen = mine.seen
                    if account is loop:
                        # Ready since the poll came back, if the loop has slept since it last ran. Else somewhere in
                        # between, as those were that have been looked at.
                        since = clock.since
                        if seen < since:
                            blind = delay = now - since
                        else:
                            blind = now - seen
                            delay = blind * mine.share
                            clock.guessed += delay
                        left = clock.left - (now - seen) + delay
                        if left < 0.0 or blind > NEAR:
                            resumed(clock, mine, args[1], now, delay)
                        else:
                            clock.left = left
                            mine.delay += delay
                    elif now - seen > clock.period:
                        handed_over(clock, mine, now)
            clock.at = now
        except Exception as error:
            failed(clock, error)
        previous = clock.previous
        if previous is not None:
            try:
                previous(event, args)
            except BaseException:
                clock.previous = None  # greenlet would have removed it too
                raise

    return trace


def failed(clock: Clock, error: Exception) -> None:
    """Contain a fault of obs until the tick can tell of it. What a signal handler has raised here goes on to whom it
    was meant for, and greenlet removes the tracer: the tick notices.
    """
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is not None and not traceback.tb_frame.f_globals.get("__name__", "").startswith("obs."):
        raise error
    if clock.failure is None:
        clock.failure = error
    clock.at = perf_counter()
