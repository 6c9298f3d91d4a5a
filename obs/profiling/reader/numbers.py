"""The numbers of a process's threads: it knows them by those of its own pid namespace, which may not be ours."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


class Numbers:
    """Of process ``pid``."""

    def __init__(self, pid: int, proc: Path = Path("/proc")) -> None:
        self._folder = proc / str(pid) / "task"
        self._known: dict[int, int] = {}
        self.differ = len(numbers(self._folder / str(pid))) > 1
        """Whether they are not the same for us."""

    def ours(self, theirs: int) -> int:
        """As the kernel tells us of the thread; ``theirs`` if it has ended."""
        if theirs not in self._known:
            with suppress(OSError):
                self._known = {found[-1]: found[0] for each in self._folder.iterdir() if (found := numbers(each))}
        return self._known.get(theirs, theirs)


def numbers(thread: Path) -> list[int]:
    """A thread's number in each pid namespace that it is in, ours first; see NSpid in proc(5)."""
    with suppress(OSError, ValueError):
        for line in (thread / "status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return [int(each) for each in line.split()[1:]]
    return []
