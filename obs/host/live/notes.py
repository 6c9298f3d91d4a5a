"""What the view does not know, and why: each a sentence, and the command that tells more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from obs.config import Config
from obs.host.live.findings import words
from obs.host.live.moment import Moment
from obs.metrics import catalog

MISSING = {
    catalog.OBS_SELF_DROPPED_SPANS.name: ("{} dropped: traces are not complete", "span"),
    catalog.OBS_SELF_DROPPED_BLOCKS.name: ("{} of the loop without a record: only counted", "block"),
    catalog.OBS_SELF_OVERFLOWED.name: ("{} of a series beyond its metric's cap: in __overflow__", "look-up"),
    catalog.OBS_SELF_TORN.name: ("{} of the metric files could not be read", "record"),
    catalog.OBS_SELF_TRACER_LOST.name: ("obs's tracer was replaced {}: up to a second each is misplaced", "time"),
    catalog.OBS_SELF_ERRORS.name: ("{} of obs contained: its log has the first of each", "fault"),
}
"""What is to be said of so many of them, and what they are."""

ESTIMATED = 0.1
"""Of all delay, from which it is said that its beginning is not known."""


def notes(moment: Moment | None, config: Config, *, traces: bool) -> list[dict[str, Any]]:
    """All that there is to be said, as the API has it."""
    return [{"level": level, "text": text, "command": command} for level, text, command in told(moment, config, traces)]


def told(moment: Moment | None, config: Config, traces: bool) -> Iterator[tuple[str, str, str | None]]:  # noqa: FBT001
    if moment is None:
        yield "warn", "the first look at the run is not done yet", None
        return
    yield from of_config(config, traces)
    yield from of_processes(moment)
    for name, number in moment.now.counts.missing.items():
        if number > 0 and name in MISSING:
            text, one = MISSING[name]
            yield "warn", text.format(words.counted(number, one)), "obs doctor"
    delay = sum(tally.clocks.get("delay", 0.0) for tally in moment.now.reading.works.values())
    if delay and moment.now.counts.estimated / delay >= ESTIMATED:
        part = moment.now.counts.estimated / delay
        yield "warn", f"the beginning of {part:.0%} of all delay was estimated, not known", "obs doctor"


def of_config(config: Config, traces: bool) -> Iterator[tuple[str, str, str | None]]:  # noqa: FBT001
    if not config.accounting:
        yield "warn", "OBS_ACCOUNTING is off: no clocks, no waits, nobody is named who holds the loop", None
    if not config.agent:
        yield "warn", "OBS_AGENT is off: greenlets, held, delay and wait can't be looked at", None
    if not traces:
        yield "warn", "traces are off: no slow requests are kept", None


def process(number: int, one: str, several: str) -> str:
    """``1 process has``, ``2 processes have``."""
    return f"{words.counted(number, 'process', 'processes')} {one if number == 1 else several}"


def of_processes(moment: Moment) -> Iterator[tuple[str, str, str | None]]:
    members = [member for member in moment.now.members if member.kind == "service"]
    if not members:
        yield "bad", "no process of the service is alive", "obs doctor"
    elif not any(member.watched for member in members):
        yield "warn", "no event loop of gevent is watched: times in line for a loop are not known", "obs doctor"
    unseen = sum(member.cpu is None for member in members)
    if unseen:
        yield "warn", f"{process(unseen, 'is', 'are')} in another container: CPU and memory are not known", None
    if moment.gone:
        pids = ", ".join(map(str, list(moment.gone)[-5:]))
        yield "warn", f"{process(len(moment.gone), 'has', 'have')} ended in the last quarter of an hour ({pids})", None
    refused = next((block.stack_refused for block in reversed(moment.now.blocks) if block.stack_refused), "")
    if refused:
        yield "warn", f"no stack from outside: {refused}", "obs doctor"
