"""Every greenlet and thread of a process as the outside reader finds them in its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from obs.errors import ObsError
from obs.host.dump.groups import cleaned
from obs.host.dump.snapshot import Frame, Greenlet, labelled
from obs.host.layouts import layouts
from obs.profiling import reader
from obs.profiling.outside.waiting import waits_for
from obs.profiling.outside.works import is_hub
from obs.profiling.reader import Reader, Running, TornError
from obs.runtime.accounting.entries import IDLE

HOLDS = "(holds the GIL)"

TRIES = 3
"""Of a process whose threads come and go all the time."""


def read(pid: int) -> tuple[list[Greenlet], int]:
    """What there is, and how many went on while they were read. Raises ObsError: what to grant, or why not."""
    with closing(Reader(pid, layouts())) as process:
        for _ in range(TRIES):
            try:
                greenlets = process.greenlets()
                threads = process.look().threads
            except TornError:
                continue
            except OSError as error:
                raise ObsError(f"process {pid} has ended, or can't be read any more: {error.strerror}") from None
            names = {each.thread: process.states.name(each.thread) for each in threads}
            return [*of_greenlets(greenlets, threads), *of_threads(greenlets, threads, names)], process.torn
    raise ObsError(f"process {pid}: its threads come and go faster than they can be read")


def of_greenlets(found: list[reader.Greenlet], threads: tuple[Running, ...]) -> Iterator[Greenlet]:
    by_thread = {each.thread: each for each in threads}
    for each in found:
        one = greenlet(each, by_thread.get(each.thread))
        if each.role or cleaned(one.stack) or not one.stack:  # not obs's own
            yield one


def greenlet(each: reader.Greenlet, thread: Running | None) -> Greenlet:
    stack = tuple(Frame(frame.function, frame.file, frame.line) for frame in each.stack)
    place = spawned_at(each)
    idle = each.role == "hub" and each.state == "running" and len(each.stack) == 1 and is_hub(each.stack[0])
    state = "waiting" if idle and thread is not None and thread.state != "R" else each.state
    return Greenlet(
        state=state,
        stack=stack,
        id=f"{each.address:#x}",
        kind=each.kind,
        role=each.role,
        name=each.name or (f"{each.kind}-{each.number}" if each.number is not None else ""),
        work=labelled(stack),
        on=IDLE if idle else on(each, state, thread),
        spawned_at=place,
    )


def on(each: reader.Greenlet, state: str, thread: Running | None) -> str:
    """What it waits for, or holds."""
    if state == "waiting":
        return waits_for(each.stack)
    return HOLDS if each.state == "running" and thread is not None and thread.holds_gil else ""


def spawned_at(each: reader.Greenlet) -> Frame | None:
    """Where it was spawned: the innermost frame that is not gevent's own, nor obs's."""
    places = [Frame(frame.function, frame.file, frame.line) for frame in each.spawned]
    return next((place for place in cleaned(tuple(places)) if "/gevent/" not in place.file), None)


def of_threads(
    greenlets: list[reader.Greenlet], threads: tuple[Running, ...], names: dict[int, str]
) -> Iterator[Greenlet]:
    """The threads that have no greenlets of their own."""
    homes = {each.thread for each in greenlets}
    for each in threads:
        stack = tuple(Frame(frame.function, frame.file, frame.line) for frame in each.stack)
        if each.thread not in homes and (cleaned(stack) or not stack):
            yield Greenlet(
                state="running" if each.state == "R" or each.holds_gil else "waiting",
                stack=stack,
                id=str(each.thread),
                kind="thread",
                name=names.get(each.thread, ""),
                work=labelled(stack),
                on=HOLDS if each.holds_gil else "",
            )
