"""Whether what was read is a session: renderers rely on every value of it, and a file may come from anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from obs.profiling.session import KINDS, SOURCES, VIEWS, Frame, Process, Sample, Session

MOST = 1e15
"""Seconds, looks or lines beyond which nothing is meant: sums of them stay exact, and no format overflows."""


def check(session: Session) -> None:
    """Raise ValueError, TypeError or IndexError if a value is of no meaning."""
    texts(session.service, session.env, session.service_version, session.host, *session.notes)
    numbers(session.started, session.duration, *named(session.rates), *named(session.calls))
    wholes(*named(session.lost))
    if session.source not in SOURCES:
        raise ValueError(f"source {session.source!r:.40}")
    for process in session.processes:
        check_process(process)
    for of in named(session.totals):
        numbers(*named(of))
    for frame in session.frames:
        check_frame(frame)
    for sample in session.samples:
        check_sample(sample, len(session.frames))


def check_process(process: Process) -> None:
    wholes(process.pid)
    texts(process.command, process.python)
    numbers(process.started)


def check_frame(frame: Frame) -> None:
    texts(frame.function, frame.file)
    wholes(frame.line)
    if frame.kind not in KINDS:
        raise ValueError(f"frame of kind {frame.kind!r:.40}")


def check_sample(sample: Sample, frames: int) -> None:
    texts(sample.work, sample.greenlet, sample.thread, sample.trace, sample.on)
    numbers(sample.weight)
    wholes(sample.pid, sample.looks)
    if sample.view not in VIEWS:
        raise ValueError(f"sample of view {sample.view!r:.40}")
    if not all(isinstance(at, int) for at in sample.stack):
        raise TypeError(f"a stack {sample.stack!r:.40}")
    if sample.stack and not 0 <= min(sample.stack) <= max(sample.stack) < frames:
        raise IndexError(f"sample with a frame beyond the {frames} there are")


def named(mapping: object) -> Iterable[object]:
    """The values of a mapping whose keys are texts."""
    if not isinstance(mapping, Mapping):
        raise TypeError(f"{mapping!r:.40} in place of a mapping")
    texts(*mapping)
    return mapping.values()


def texts(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r:.40} in place of a text")


def numbers(*values: object) -> None:
    """None of them negative or beyond all bounds; no NaN."""
    for value in values:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise TypeError(f"{value!r:.40} in place of a number")
        if not 0 <= value <= MOST:
            raise ValueError(f"the number {value!r:.40}")


def wholes(*values: object) -> None:
    numbers(*values)
    for value in values:
        if not isinstance(value, int):
            raise TypeError(f"{value!r:.40} in place of a whole number")
