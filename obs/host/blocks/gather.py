"""From rings to blocks: each block once, whoever has told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter_ns

from obs.metrics.ring import Image, Word
from obs.metrics.rings import RingFile
from obs.runtime.blocks.block import Block, merged, same, unpacked
from obs.runtime.blocks.outside import HOST, blocks

GRACE_NS = 3_000_000_000
"""After its end, a process's own record of a block comes within a second; then what was seen outside is all."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is at one moment."""

    blocks: tuple[Block, ...]
    """By their start."""
    processes: int
    """That are watched, and alive."""
    torn: int
    """Records that could not be read."""


def gather(
    files: Sequence[RingFile], now: int | None = None, gone: Callable[[Block], bool] = lambda _: False
) -> Gathered:
    """The blocks in ``files``; ``now``: ``perf_counter_ns``.

    What was seen outside of a process whose ring is not among them counts if ``gone`` says so: one that died with
    nothing in its ring has none any more.
    """
    now = perf_counter_ns() if now is None else now
    images = [(file, file.image()) for file in files]
    own: list[tuple[RingFile, Image]] = []
    seen: list[tuple[RingFile, Image]] = []
    for file, image in images:
        (seen if file.identity.get("role") == HOST else own).append((file, image))
    told = [block for _, image in own for block in of_image(image)]
    lasting = [block for file, image in own if (block := of_note(file, image, now)) and not known(block, told)]
    ids = {file.id for file, _ in own}
    reports = newest(block for _, image in seen for block in of_image(image) if block.ring in ids or gone(block))
    beats = {file.id: file.word(Word.BEAT) for file, _ in own if file.alive}
    found = joined([*told, *lasting], reports, beats, now)
    return Gathered(
        tuple(sorted(found, key=lambda block: block.start_ns)),
        sum(file.alive for file, _ in own),
        sum(image.torn for _, image in images),
    )


def of_image(image: Image) -> list[Block]:
    return list(blocks(record.value for record in image.records))


def of_note(file: RingFile, image: Image, now: int) -> Block | None:
    """What a process has under way, or had when it died: until now, or until its last sign of life."""
    with suppress(ValueError):
        if image.note:
            block = unpacked(image.note)
            until = now if file.alive else file.word(Word.BEAT)
            return replace(block, duration=max(block.duration, (until - block.start_ns) / 1e9))
    return None


def known(block: Block, others: Iterable[Block]) -> bool:
    """Whether the process has told of a block since it noted it: the note may be a few milliseconds old."""
    return any(other.ring == block.ring and other.start_ns <= block.start_ns <= other.end_ns for other in others)


def newest(reports: Iterable[Block]) -> list[Block]:
    """The last that was reported of each: they are told of again while they last."""
    return list({(block.ring, block.start_ns): block for block in reports}.values())


def joined(own: list[Block], reports: list[Block], beats: Mapping[str, int], now: int) -> Iterator[Block]:
    """The processes' own blocks with what was seen of them outside, and what only was seen outside.

    ``beats``: the last sign of life of each process that lives, by its ring.
    """
    for block in own:
        for report in reports:
            if same(block, report) and not any(stack.outside for stack in block.stacks):
                block = merged(block, report)
        yield block
    for report in reports:
        if any(same(block, report) for block in own):
            continue
        if beats.get(report.ring) == report.start_ns:
            yield replace(report, duration=(now - report.start_ns) / 1e9)  # it is still in it
        elif now - report.end_ns > GRACE_NS:
            yield report
