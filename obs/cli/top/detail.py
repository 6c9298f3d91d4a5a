"""One work: its clocks over the last minutes, how it ended, what it waits for, behind whom, and where it blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from obs.cli.top import course
from obs.cli.top.course import WORD
from obs.cli.top.history import History
from obs.cli.top.moment import Moment
from obs.cli.top.overview import place, told
from obs.cli.top.state import State
from obs.cli.top.text import spread
from obs.host.blocks.render import Line, frames
from obs.host.rates import Rates, Row
from obs.host.table import age as ago
from obs.host.table import blocked_style, count, duration, error_style, known, queued_style, rate, share, slow_style
from obs.host.tally import Tally
from obs.runtime.blocks.block import Block

MOST_NAMES = 5
MOST_FRAMES = 2

ROOMY = 22
"""Lines from which some are left empty."""


def lines(moment: Moment, rates: Rates, history: History, state: State, width: int, room: int) -> list[Line]:
    """``room`` lines at most: blocks take what the rest leaves."""
    work = state.opened
    row = next((row for row in rates.works if row.work == work), None)
    body = [title(moment, work), numbers(row), [], *course.lines(row, work, moment, history, width)]
    body += [
        *[[]][: room > ROOMY],
        [("dim", f"of the last {ago(moment.now.at - moment.long_before.at)}")],
        *facts(moment, work),
    ]
    told_of = [block for block in reversed(moment.blocks) if block.work == work]
    return [*body, [], *islice(blocks(told_of), max(room - len(body) - 1, 0))]


def title(moment: Moment, work: str) -> Line:
    """The work, and whose it is."""
    owner = moment.owner(work)
    whose = f"{owner.feature} ({owner.team})" if owner.feature else "no owner"
    return [("bold", known(work)), ("dim", f"  {whose}")]


def numbers(row: Row | None) -> Line:
    if row is None:
        return [("dim", "none of it now")]
    return spread(
        [
            [("", rate(row.rate))],
            [(error_style(row.errors), f"{share(row.errors)} errors")],
            [("", f"p50 {duration(row.p50)}")],
            [(slow_style(row.p99), f"p99 {duration(row.p99)}")],
            [(queued_style(row.queued), f"{duration(row.queued)} in queue")] if row.kind == "job" else [],
            [("", f"{row.in_flight:.1f} in flight")],
            [(blocked_style(row.blocked), f"{share(row.blocked)} blocked")],
            [("", f"{count(row.total)} total")],
        ],
        "  ",
    )


def facts(moment: Moment, work: str) -> Iterator[Line]:
    """What is known of the last minutes, each on a line."""
    recent, pairs = moment.lately(work), interference(moment)
    seconds = moment.now.at - moment.long_before.at
    culprits = {culprit: lost for (culprit, victim), lost in pairs.items() if victim == work}
    victims = {victim: lost for (culprit, victim), lost in pairs.items() if culprit == work}
    yield fact("answers", ranked(recent.answers, lambda _number, part: share(part)))
    yield fact("waits for", ranked(recent.waits, lambda _number, part: f"{share(part)}{of_each(recent, part)}"))
    yield fact("stands behind", ranked(culprits, lambda lost, part: f"{share(part)} ({duration(lost / seconds)}/s)"))
    yield fact("holds up", ranked(victims, lambda lost, part: f"{share(part)} ({duration(lost / seconds)}/s)"))


def fact(word: str, texts: Iterable[Line]) -> Line:
    return [("", f"{word:<{WORD}}"), *(spread(texts) or [("dim", "-")])]


def of_each(recent: Tally, part: float) -> str:
    """How much that is of one piece of work: the shares are sampled, the seconds are not."""
    wait = recent.clocks.get("wait", 0.0)
    return f" ({duration(part * wait / recent.total)})" if recent.total and wait else ""


def ranked(parts: Mapping[str, float], text: Callable[[float, float], str]) -> Iterator[Line]:
    """The greatest of ``parts`` by name, ``text(number, share)`` after each, and how many more there are."""
    found = sorted(((number, name) for name, number in parts.items() if number > 0), reverse=True)
    whole = sum(number for number, _ in found)
    for number, name in found[:MOST_NAMES]:
        yield [("bold", known(name)), ("", f" {text(number, number / whole)}")]
    if len(found) > MOST_NAMES:
        yield [("dim", f"{len(found) - MOST_NAMES} more")]


def interference(moment: Moment) -> dict[tuple[str, str], float]:
    """Seconds by culprit and victim of the last minutes."""
    before = moment.long_before.blame
    return {pair: lost - before.get(pair, 0.0) for pair, lost in moment.now.blame.items()}


def blocks(found: Iterable[Block]) -> Iterator[Line]:
    """Each with the top of its stack."""
    word = "blocks"
    for block in found:
        yield [("", f"{word:<{WORD}}"), *told(block, work=False)]
        word = ""
        for frame in [frame for frame in frames(block) if frame != place(block)][:MOST_FRAMES]:
            yield [("dim", f"{'':<{WORD + 18}}{frame}")]
    if word:
        yield fact("blocks", [])
