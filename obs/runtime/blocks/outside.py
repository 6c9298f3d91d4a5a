"""What the watchdog outside, in the host process, has seen of this process's blocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from obs.metrics.ring import Word
from obs.metrics.rings import Rings
from obs.runtime.blocks.block import Block, merged, same, unpacked
from obs.runtime.blocks.shots import short

HOST = "host"
"""The role of the rings that are written outside."""


class Outside:
    """The rings of host processes in a run folder."""

    def __init__(self, run_dir: Path) -> None:
        self._rings = Rings(run_dir)
        self._seen: dict[str, tuple[int, list[Block]]] = {}

    def complete(self, block: Block) -> Block:
        """``block`` with what was seen of it."""
        for seen in self._blocks():
            if same(block, seen):
                block = merged(block, shortened(seen))
        return block

    def _blocks(self) -> Iterator[Block]:
        with suppress(OSError):
            for file in self._rings.look():
                if file.identity.get("role") == HOST:
                    written = file.word(Word.WRITTEN)
                    if self._seen.get(file.id, (-1,))[0] != written:
                        self._seen[file.id] = written, list(blocks(record.value for record in file.image().records))
                    yield from self._seen[file.id][1]

    def close(self) -> None:
        self._rings.close()


def blocks(records: Iterator[dict[str, object]]) -> Iterator[Block]:
    """The blocks among a ring's records."""
    for record in records:
        with suppress(ValueError):
            yield unpacked(record)


def shortened(seen: Block) -> Block:
    """With paths as this process knows its modules: whoever looks from outside has another ``sys.path``."""
    stacks = tuple(stack._replace(frames=tuple(map(shorter, stack.frames))) for stack in seen.stacks)
    return replace(seen, stacks=stacks, at=shorter(seen.at), own=tuple(map(shorter, seen.own)))


def shorter(frame: str) -> str:
    file, colon, rest = frame.partition(":")
    return f"{short(file)}{colon}{rest}" if file.startswith("/") else frame
