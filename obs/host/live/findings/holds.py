"""Who holds the loop, and who stands in line behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, work
from obs.host.live.moment import Moment
from obs.host.quantile import quantile
from obs.host.reading import BOUNDS
from obs.host.tally import Tally
from obs.metrics.catalog import OVERFLOW

LEAST = 0.01
"""Seconds that its victims lose each second: a hundredth of one piece of work that goes on all the time."""


MAIN = 0.5
"""Of what the worst culprit costs a victim, from which another is named too: on a loop that is busy everybody waits a
little behind everybody, and that is nobody's fault."""


NOBODY = 0.2
"""What counts of time of no work: nobody can mend it by itself."""


def find(moment: Moment) -> Iterator[Finding]:
    by_culprit: defaultdict[str, dict[str, float]] = defaultdict(dict)
    worst: defaultdict[str, float] = defaultdict(float)
    for (culprit, victim), lost in moment.blame.items():
        if culprit != OVERFLOW:
            by_culprit[culprit][victim] = lost
            worst[victim] = max(worst[victim], lost)
    for culprit, victims in by_culprit.items():
        whole = sum(victims.values())
        main = sum(lost for victim, lost in victims.items() if lost >= MAIN * worst[victim])
        if whole >= LEAST and main >= whole / 2:
            yield holding(moment, culprit, victims)


def line(victims: int) -> str:
    return f"{words.counted(victims, 'work')} {'stands' if victims == 1 else 'stand'}"


def holding(moment: Moment, culprit: str, victims: dict[str, float]) -> Finding:
    lost, done = sum(victims.values()), moment.done.get(culprit, Tally())
    running = done.clocks.get("cpu", 0.0) + done.clocks.get("held", 0.0)
    part = running / (moment.lately * max(moment.loops, 1))
    each = running / done.total if done.total else None
    worst = max(victims, key=lambda name: victims[name])
    behind = moment.done.get(worst, Tally())
    cost = victims[worst] * moment.lately / behind.total if behind.total else None
    p99 = quantile(0.99, BOUNDS, behind.counts)
    of_p99 = f", its p99 is {words.seconds(p99)}" if p99 and cost and p99 >= cost else ""
    told = [block for block in moment.blocks if block.work == culprit]
    # Held without a call that blocks is computing that was kept from the CPU or the GIL.
    calls = any(block.doing if moment.starving else block.call for block in told)
    blocking = done.clocks.get("held", 0.0) > done.clocks.get("cpu", 0.0) and calls
    view = "held" if blocking else "cpu"
    place = max(told, key=lambda block: block.duration).at if told else ""
    keeps = f"Each one keeps the loop for {words.seconds(each)}" if each else "It keeps the loop"
    return Finding(
        "holds",
        lost * (NOBODY if culprit.startswith("(") else 1.0) * (1.0 - moment.hungriest if moment.famished else 1.0),
        (
            work(culprit),
            f" holds the loop {words.share(part)} of the time; ",
            work(worst),
            f" waits behind it {words.seconds(cost)} each time{of_p99}",
        ),
        f"{keeps}{f', longest at {place}' if place else ''}; nobody else of its process runs meanwhile. "
        f"{line(len(victims))} in line behind it.",
        "Let it compute less at a time: in a process of its own, as a job, or in pieces with gevent.sleep(0) between."
        if view == "cpu"
        else "It blocks without computing: use a call that gevent knows, or its thread pool.",
        (
            Figure("of the loops' time", part, "ratio"),
            Figure("lost by all others", lost, "s/s"),
            Figure("each time", each, "s"),
            Figure("blocks", float(len(told)), "count"),
            Figure(f"{worst} behind it", cost, "s"),
            Figure(f"p99 of {worst}", p99, "s"),
        ),
        (
            Evidence("where its time goes", "work", culprit),
            Evidence("who waits behind it", "work", worst),
            Evidence("its blocks", "loop", culprit),
        ),
        words.profile(view, culprit, moment.service),
        works=frozenset([culprit, worst]),
    )
