"""The error tree, and what happens to obs's own faults.

An :class:`ObsError` is for the person who starts the service: it names what is wrong and how to mend it, and only the
command line prints it. A *fault* is obs failing inside a running service: it is logged once, counted, and goes no
further (DESIGN, part 8).
"""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("obs")

faults: dict[str, int] = {}
"""How often each part of obs failed in this process, by the name given to :func:`fault`."""

on_fault: list[Callable[[str], None]] = []
"""Called with the part's name at each fault, so that the metrics can count it without errors knowing of metrics."""


class ObsError(Exception):
    """Something that its user can mend. The message is one line: what, where, and the fix."""


class ConfigError(ObsError):
    """A setting that can't be used: the variable or file and key, the value's problem, and what would be right."""

    def __init__(self, where: str, problem: str, fix: str) -> None:
        super().__init__(f"{where}: {problem}; {fix}")
        self.where, self.problem, self.fix = where, problem, fix

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, str, str]]:
        return ConfigError, (self.where, self.problem, self.fix)


class StoreError(ObsError):
    """The runtime directory or a file in it can't be used: the path, why, and what would help."""


silent: set[str] = set()
"""Modules under whose frames nothing is logged: a log handler's lock may switch greenlets, and there nothing may."""

_untold: deque[tuple[str, BaseException | None]] = deque(maxlen=100)


def fault(part: str) -> None:
    """Contain the exception being handled: log it the first time for this ``part``, count it every time.

    Never raises, so it may stand alone in an ``except``. Under a frame of a :data:`silent` module the log line waits
    for :func:`tell`.
    """
    try:
        seen = faults.get(part, 0)
        faults[part] = seen + 1
        if not seen:
            _untold.append((part, sys.exception()))
            if not _in_silence():
                tell()
        for count in on_fault:
            count(part)
    except BaseException:
        return


def tell() -> None:
    """Log the faults that could not be logged where they were."""
    while _untold:
        part, error = _untold.popleft()
        log.error("obs: %s failed; the service goes on without it (said once, counted after)", part, exc_info=error)


def _in_silence() -> bool:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  the documented way to the stack
    while frame is not None and frame.f_globals.get("__name__") not in silent:
        frame = frame.f_back
    return frame is not None
