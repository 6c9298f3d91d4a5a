"""Which thread a greenlet is of: by whose C stack its own C stack lies on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from obs.profiling.reader.greenlet import Greenlet
from obs.profiling.reader.mappings import Mapping
from obs.profiling.reader.threads import Thread


class Homes:
    """The C stacks of a process's threads: a thread's own data, by whose address it is known, lies on top of its stack.

    That is how glibc and musl do it; where it is otherwise no thread is found.
    """

    def __init__(self, maps: Sequence[Mapping], threads: Iterable[Thread], pid: int) -> None:
        self._maps = maps
        self._of = {where: thread.native for thread in threads if (where := self._where(thread.ident))}
        main = next((at for at, each in enumerate(maps) if each.file == "[stack]"), None)
        if main is not None:
            self._of[main + 1] = pid

    def _where(self, address: int) -> int:
        """The number of the mapping that an address is in, from 1 on; 0 for none."""
        return next((at + 1 for at, each in enumerate(self._maps) if each.start <= address < each.end), 0)

    def thread(self, address: int) -> int:
        """Whose stack an address is on; 0 if that isn't known."""
        return self._of.get(self._where(address), 0)


def threaded(found: Sequence[Greenlet], homes: Homes) -> list[Greenlet]:
    """With their threads: all that have the same main greenlet are of one, where that of any of them is known."""
    roots: dict[int, int] = {}
    for each in found:
        if each.root not in roots and (thread := homes.thread(each.thread)):
            roots[each.root] = thread
    return [each._replace(thread=roots.get(each.root, 0)) for each in found]
