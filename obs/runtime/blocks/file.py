"""The process's ring of blocks in the run folder, opened when it is first needed; without a folder, there is none."""

from __future__ import annotations

from obs.errors import StoreError, log
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_DROPPED_BLOCKS
from obs.metrics.folder import unusable
from obs.metrics.identity import Identity
from obs.metrics.ring import Ring, Word
from obs.metrics.rings import sweep_rings
from obs.native import original
from obs.runtime.blocks.block import Block
from obs.runtime.blocks.outside import Outside


class File:
    """Where blocks go. Each that can't be kept is counted, by reason."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._tried = False
        self._ring: Ring | None = None
        self._outside: Outside | None = None

    @property
    def id(self) -> str:
        """Empty while there is no ring."""
        return self._ring.id if self._ring is not None else ""

    def _opened(self) -> Ring | None:
        run_dir = active.store().run_dir
        if self._tried or run_dir is None:
            return self._ring
        self._tried = True
        try:
            sweep_rings(run_dir)
            ring = Ring(run_dir, self._identity.describe("service", ""))
            ring.words[Word.THREAD] = original("_thread", "get_native_id")()
            self._outside = Outside(run_dir)
            self._ring = ring
        except (StoreError, OSError) as error:
            problem = error if isinstance(error, StoreError) else unusable(run_dir, error)
            log.warning("obs: %s; blocks of the loop are counted, not recorded", problem)
        return self._ring

    def beat(self, now: int, due: int) -> None:
        """A sign of life, and when the next is meant to come."""
        ring = self._opened()
        if ring is not None and ring.is_open:
            ring.words[Word.DUE] = due
            ring.words[Word.BEAT] = now

    def note(self, block: Block | None) -> None:
        """What lasts at this moment, or that nothing does."""
        if self._ring is None or not self._ring.is_open:
            return
        if not self._ring.note(None if block is None else block.packed()) and block is not None:
            self._ring.note(block.with_fewer_stacks().packed())

    def append(self, block: Block) -> None:
        """Keep a block: with its first stack alone, if all would be too long."""
        if self._opened() is None:
            dropped("no_file")
            return
        for form in (block, block.with_fewer_stacks()):
            try:
                self._ring.append(form.packed())  # type: ignore[union-attr]
            except ValueError:
                continue
            return
        dropped("too_long")

    def complete(self, block: Block) -> Block:
        """With what the watchdog outside has seen of it."""
        return self._outside.complete(block) if self._outside is not None else block

    def close(self) -> None:
        if self._outside is not None:
            self._outside.close()
        if self._ring is not None:
            self._ring.close()


def dropped(reason: str) -> None:
    active.store().counter(OBS_SELF_DROPPED_BLOCKS, reason).add(1.0)
