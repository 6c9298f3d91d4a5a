"""Calls that block the loop without computing: they are unblocked, not made faster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, work
from obs.host.live.moment import Moment
from obs.runtime.blocks.block import Block

LEAST = 0.02
"""Seconds blocked each second."""


def find(moment: Moment) -> Iterator[Finding]:
    by_call: defaultdict[tuple[str, str], list[Block]] = defaultdict(list)
    for block in moment.blocks:
        # Where CPUs are short, a call of no known kind may only have had none.
        named = block.doing if moment.starving else block.call
        if named and (block.held or 0.0) > (block.cpu or 0.0) and not block.stopped:
            by_call[block.work, block.call].append(block)
    for (name, call), found in by_call.items():
        seconds = sum(block.duration for block in found) / moment.lately
        if seconds >= LEAST:
            yield blocking(moment, name, call, found, seconds)


def blocking(moment: Moment, name: str, call: str, found: list[Block], seconds: float) -> Finding:
    longest = max(found, key=lambda block: block.duration)
    victims = sum(block.victims_seconds for block in found) / moment.lately
    return Finding(
        "blocks",
        max(seconds, victims) / 2,  # some of it is in what is said of who holds the loop
        (work(name), f" blocks its loop in {call}, {words.seconds(longest.duration)} at the longest"),
        f"{words.times(len(found)).capitalize()} in {moment.lately:.0f} s, at {longest.at}. It waits there, and lets "
        "nobody else run.",
        "Use what gevent has patched (gevent.monkey before the imports), or gevent's thread pool.",
        (
            Figure("blocked", seconds, "s/s"),
            Figure("longest", longest.duration, "s"),
            Figure("times", float(len(found)), "count"),
            Figure("others lost", victims, "s/s"),
        ),
        (Evidence("the blocks with their stacks", "loop", name), Evidence("this work", "work", name)),
        f"obs blocks --service {words.quoted(moment.service)}",
        since=min(block.start for block in found),
        works=frozenset([name]),
        about=call,
    )
