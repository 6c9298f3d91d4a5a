"""What is known of one thread: who runs in it, since when, and when its loop last slept.

Inside accounting times are seconds of ``perf_counter`` as floats: CPython has fast paths for those, and none for
integers of this size (a switch costs 546 ns with integers and 369 with floats, 3.11). What others read and write is
``perf_counter_ns``, of the same clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import thread_time
from typing import Any
from weakref import ref

from obs import native
from obs.runtime.accounting.account import UNKNOWN, Account, Log, Used
from obs.runtime.accounting.entries import IDLE, LOOP, UNATTRIBUTED, Entry, entry_of
from obs.work import Work

Segment = tuple[int, Work | str]
"""``(perf_counter_ns of its end, who ran)``: a Work, or a name: of an entry such as ``(loop)``, or of a closed Work."""

PERIOD = 0.01
"""Seconds of waiting that each sample of what was waited for stands for, unless there are too many."""

CHUNKS = 32
"""How much of the log is kept for those who ask who ran: 2,048 segments of at least 20 µs, told in 0.4 ms at most."""

Tracer = Callable[[str, Any], None]


class Clock:
    """One per thread with a hub, made when accounting begins there; and one per other thread that opens Work.

    Its own thread writes it; any thread may read it.
    """

    __slots__ = (
        *("thread_id", "native_id", "hub", "at", "account", "fresh", "loop", "nobody", "idler", "others", "open"),
        *("polling", "polled", "looked", "stretch_ns", "since", "idle", "idle_known", "born"),
        *("log", "logged", "past", "told", "ahead", "segments", "charges"),
        *("cpu", "settled", "owed", "left", "period", "every", "turns", "share"),
        *("spent", "aside", "sampling", "guessed"),
        *("block", "tracer", "previous", "depth", "lost", "failure", "timer", "busy", "__weakref__"),
    )

    # -- for everybody --

    thread_id: int
    """As ``_thread.get_ident`` of that native thread has it."""
    native_id: int
    """As the kernel knows it."""
    hub: Any
    """Its hub's greenlet; None in a thread without gevent, which waits where it would hold the loop."""
    polling: int
    """When the loop last went into its poll. Written by the loop watchers, as are the next four."""
    polled: int
    """When it last came back from one."""
    looked: int
    """The former :attr:`polled`: what was ready before it, had its turn."""
    idle: int
    """Nanoseconds in the poll, in all."""
    segments: list[Segment]
    """What has run in this stretch, in order, up to the delay that is being charged. They clear it when the loop has
    slept."""
    charges: Any
    """What obs.runtime.interference keeps here."""

    # -- for accounting --

    at: float
    """The last switch. Written after :attr:`account`."""
    account: Account | None
    """Of who runs since then; None for a Work that was opened since."""
    fresh: Work | None
    """That Work. A Work that is never switched away from needs no account."""
    loop: Account
    """Of the hub itself."""
    nobody: Account
    """Of greenlets without a Work."""
    idler: Account
    """Of the poll."""
    others: dict[tuple[str, Entry], Account]
    """Of children that outlive their Work, and of those of a Work of another thread, by their name's prefix."""
    open: set[Account]
    """Of each Work that is open, and was switched away from here."""
    since: float
    """:attr:`stretch` in seconds."""
    idle_known: int
    """How much of :attr:`idle` is accounted for."""
    log: Log
    """Who ran, since the thread's CPU time was read."""
    logged: float
    """The end of the last that is in the log; 0 if the next segment has to be looked at whatever its length."""
    past: deque[Log]
    """Logs before that."""
    told: float
    """The end of the last that is in :attr:`segments`."""
    ahead: tuple[Work, Used] | None
    """In a thread without a hub: what of the Work that runs has been counted already."""
    cpu: float
    """The thread's CPU time as last read."""
    settled: float
    """When that was."""
    owed: float
    """Seconds of what has been settled that were no CPU, and are too few yet to be taken from those who ran."""
    left: float
    """Seconds of waiting until the next sample."""
    period: float
    """:data:`PERIOD`, or more if there is too much to sample."""
    every: int
    """One delay in so many is looked at closely: since when the greenlet was ready, and behind whom."""
    turns: int
    """How many more until the next that is."""
    share: float
    """As far as is known, of all accounts: see there."""
    spent: float
    """Seconds since the last tick that looking closely has cost."""
    aside: float
    """The same of what it costs beside: caches, and what is charged later."""
    sampling: float
    """The same of sampling."""
    guessed: float
    """Seconds of delay since the last tick whose start was guessed."""
    block: float
    """Seconds from which a segment is a block; infinite if nobody records them."""
    tracer: Tracer | None
    previous: Tracer | None
    """Who traced before us, and is called by us."""
    depth: int
    """How many Python frames of others stand between the tracer and what it looks at."""
    lost: int
    """How often others have removed the tracer."""
    failure: BaseException | None
    """A fault in the tracer, until the tick tells it: logging may switch."""
    timer: Any
    """The loop's, for the next tick."""

    def __init__(self, thread_id: int, hub: Any, now_ns: int) -> None:
        self.thread_id = thread_id
        self.hub = hub
        self.loop, self.idler, self.nobody = (Account(self, entry_of("", name, "")) for name in NOBODYS)
        self.previous = self.tracer = self.timer = self.failure = self.charges = None
        self.depth = self.lost = 0
        self.ahead = None
        self.block = float("inf")
        self.period, self.left = PERIOD, PERIOD / 2
        self.every, self.turns, self.share = 1, 1, UNKNOWN
        self.restart(now_ns)

    def restart(self, now_ns: int) -> None:
        """Begin at zero: nothing has run. Also in a forked child, whose thread has a CPU clock of its own."""
        self.native_id = get_native_id()
        self.born = self.polling = self.polled = self.looked = self.stretch = now_ns
        self.at = self.logged = self.settled = self.told = now_ns / 1e9
        self.cpu = thread_time()
        self.account, self.fresh = self.nobody, None
        self.idle = self.idle_known = 0
        self.log, self.past, self.segments = [], deque(maxlen=CHUNKS), []
        self.others, self.open = {}, set()
        self.spent = self.aside = self.sampling = self.guessed = self.owed = 0.0
        self.busy = False
        for account in (self.loop, self.idler, self.nobody):
            account.restart(self.at)

    @property
    def last(self) -> int:
        """The last switch, or cut between two works: when who runs now began to."""
        return int(self.at * 1e9)

    @property
    def running(self) -> Work | None:
        """Whose greenlet holds the loop since :attr:`last`; None while it is nobody's."""
        account = self.account
        return self.fresh if account is None else account.work

    @property
    def idle_hub(self) -> bool:
        """Whether the hub itself holds it: its callbacks and dispatch, or the poll."""
        return self.account is self.loop

    @property
    def stretch(self) -> int:
        """The start of the busy stretch that goes on: the last :attr:`polled` after a poll that had really slept."""
        return self.stretch_ns

    @stretch.setter
    def stretch(self, ns: int) -> None:
        self.stretch_ns = ns
        self.since = ns / 1e9

    @property
    def watched(self) -> bool:
        """Whether loop watchers say when it polls."""
        return self.polled != self.born


NOBODYS = (LOOP, IDLE, UNATTRIBUTED)


get_native_id: Callable[[], int] = native.original("_thread", "get_native_id")


class Here(native.original("_thread", "_local")):  # type: ignore[misc]  # the interpreter's own, patched or not
    """The clock of the thread that looks, one field."""

    clock: Clock | None = None


here = Here()

_clocks: dict[int, ref[Clock]] = {}
"""By thread. A clock dies with its thread."""


def clocks() -> list[Clock]:
    """The clocks of this process's threads that have a hub; empty where nothing is accounted."""
    return [clock for clock in every() if clock.hub is not None]


def every() -> list[Clock]:
    """The clocks of all threads."""
    return [clock for clock in (weak() for weak in list(_clocks.values())) if clock is not None]


def add(clock: Clock) -> None:
    """``clock`` is this thread's from now on."""
    here.clock = clock
    _clocks[clock.thread_id] = ref(clock)


def remove(clock: Clock) -> None:
    """``clock`` has no thread any more. From another thread, that thread finds out by itself."""
    if here.clock is clock:
        here.clock = None
    weak = _clocks.get(clock.thread_id)
    if weak is not None and weak() is clock:
        del _clocks[clock.thread_id]
