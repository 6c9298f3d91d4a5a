"""Every greenlet of a process, with its stack."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from obs.profiling.reader.attributes import Attributes
from obs.profiling.reader.codes import Codes
from obs.profiling.reader.frames import Frames
from obs.profiling.reader.greenlet import Greenlet, Part, Parts, Stack
from obs.profiling.reader.kinds import Kinds
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import Memory, many, word
from obs.profiling.reader.parked import Parked
from obs.profiling.reader.spawned import Spawned
from obs.profiling.reader.texts import Texts

BATCH = 200
"""Greenlets that are read at a time."""


class Greenlets:
    """Reads those of one process."""

    def __init__(self, memory: Memory, layout: Layout, codes: Codes, frames: Frames) -> None:
        self._memory, self._layout = memory, layout
        texts = Texts(memory, layout)
        self._attributes = Attributes(memory, layout, texts)
        self._kinds = Kinds(memory, layout, texts)
        self._parts = Parts(layout)
        self._parked = Parked(memory, self._parts, codes, frames)
        self._spawned = Spawned(memory, layout, codes, self._kinds)
        used = (layout.object_type, layout.greenlet_own, layout.greenlet_dict, layout.spawned_number, layout.spawned_at)
        self._size = max(used) + 8
        self.torn = 0
        """Greenlets that could not be read because they went on."""

    def read(self, own: dict[int, bool]) -> Iterator[list[Greenlet]]:
        """Those whose own parts are at these addresses, some at a time; each with whether it is a main one.

        Raises ProcessLookupError if the process has ended.
        """
        addresses = sorted(own)
        for first in range(0, len(addresses), BATCH):
            some = addresses[first : first + BATCH]
            read = many(self._memory.pid, [(address, self._parts.size) for address in some])
            parts = {at: self._parts.part(data, main=own[at]) for at, data in zip(some, read, strict=True) if data}
            yield list(self._whole(parts))

    def stacks(self, own: dict[int, bool], tables: Collection[int]) -> Iterator[dict[int, Stack]]:
        """Only the stacks of those that wait, by their own parts; some at a time. What is none any more is taken out.

        ``tables``: the addresses that such a part begins with.
        """
        addresses = sorted(own)
        for first in range(0, len(addresses), BATCH):
            some = addresses[first : first + BATCH]
            read = many(self._memory.pid, [(address, self._parts.size) for address in some])
            parts: dict[int, Part] = {}
            for at, data in zip(some, read, strict=True):
                if data and word(data, 0) in tables:
                    parts[at] = self._parts.part(data, main=own[at])
                else:
                    del own[at]
            yield self._waiting(parts)

    def _whole(self, parts: dict[int, Part]) -> Iterator[Greenlet]:
        objects = many(self._memory.pid, [(part.self, self._size) for part in parts.values()])
        real = {
            at: data
            for at, data in zip(parts, objects, strict=True)
            if data and word(data, self._layout.greenlet_own) == at
        }
        stacks = self._waiting({at: parts[at] for at in real})
        spawned = self._spawned.places(real)
        for at, data in real.items():
            if parts[at].state != "waiting" or at in stacks:
                yield self._greenlet(parts[at], data, stacks.get(at, ()), spawned.get(at, ()))

    def _waiting(self, parts: dict[int, Part]) -> dict[int, Stack]:
        wanted = {at: part for at, part in parts.items() if part.state == "waiting"}
        found = self._parked.stacks(wanted)
        self.torn += len(wanted) - len(found)
        return found

    def _greenlet(self, part: Part, data: bytes, stack: Stack, spawned: Stack) -> Greenlet:
        kind = self._kinds.of(data)
        attributes = word(data, self._layout.greenlet_dict)
        return Greenlet(
            address=part.self,
            kind=kind,
            role="main" if part.main else "hub" if kind == "Hub" else "",
            state=part.state,
            stack=stack,
            name=self._attributes.text(attributes, "name") if attributes else "",
            number=self._spawned.number(data) if spawned else None,  # else its type has none
            parent=0 if part.main else part.parent,
            root=part.self if part.main else part.root,
            thread=part.stop,  # told by where its C stack is: see threaded
            spawned=spawned,
        )

    def forget(self) -> None:
        """Code objects have changed."""
        self._parked.forget()
