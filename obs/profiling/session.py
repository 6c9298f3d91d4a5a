"""A profiling session: what was sampled, of whom, and what was lost. A value; its file is :mod:`obs.profiling.file`.

Everything that shows a profile begins here: trees are made from a session, transforms and renderers from the trees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from obs.errors import ObsError
from obs.labels import FILE

View = Literal["cpu", "held", "delay", "wait"]
VIEWS: tuple[View, ...] = ("cpu", "held", "delay", "wait")
"""The four clocks of a Work, and so the four ways to look at a session."""

Kind = Literal["python", "native", "label"]
KINDS: tuple[Kind, ...] = ("python", "native", "label")

Source = Literal["py-spy", "reader", "inside", "mixed"]
SOURCES: tuple[Source, ...] = ("py-spy", "reader", "inside", "mixed")


class SessionError(ObsError):
    """A session that can't be read, or written as was asked: the file, why, and what would help."""


class Frame(NamedTuple):
    """One frame of a stack."""

    function: str
    file: str
    line: int = 0
    """0: not known."""
    kind: Kind = "python"
    """``label``: obs's own frame, named after the work, in the file ``<obs>``."""


def label_frame(work: str) -> Frame:
    """The frame that names a work."""
    return Frame(work, FILE, 0, "label")


class Sample(NamedTuple):
    """One stack, and the seconds it stands for. Equal ones may be one, with their weights and counts summed."""

    stack: tuple[int, ...]
    """Indexes into the session's frames, the outermost first. Empty: time that is known, in a place that isn't."""
    work: str = ""
    """As the ``work`` label of ``obs_work_seconds_total``, ``(loop)`` and the like too; empty: not known."""
    view: View = "cpu"
    weight: float = 0.0
    """Seconds."""
    greenlet: str = ""
    thread: str = ""
    trace: str = ""
    """32 hexadecimal digits, or empty."""
    pid: int = 0
    on: str = ""
    """What it waits for, as the ``on`` label of ``obs_wait_seconds_total``, or is held by; empty in cpu and delay."""
    looks: int = 1
    """How many looks it was seen in; 0: in none, the seconds are known from the accounts."""


class Process(NamedTuple):
    """One process that was sampled."""

    pid: int
    command: str = ""
    python: str = ""
    """Its version; empty: not known."""
    started: float = 0.0
    """Unix time; 0: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A window of a service's life. Its mappings are not to be changed."""

    service: str = ""
    env: str = ""
    service_version: str = ""
    host: str = ""
    processes: tuple[Process, ...] = ()
    started: float = 0.0
    """Unix time."""
    duration: float = 0.0
    """Seconds of wall time."""
    source: Source = "inside"
    rates: Mapping[str, float] = field(default_factory=dict)
    """By view, samples taken per second of it: one stands for ``1 / rate`` seconds."""
    frames: tuple[Frame, ...] = ()
    samples: tuple[Sample, ...] = ()
    totals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By work and view, the seconds that were accounted in the window, exactly. What isn't in it is not known."""
    calls: Mapping[str, float] = field(default_factory=dict)
    """By work, how many ended in the window. What isn't in it is not known."""
    lost: Mapping[str, int] = field(default_factory=dict)
    """By reason, how many samples are missing."""
    notes: tuple[str, ...] = ()
    """Biases and refusals, a sentence each, which every output repeats."""

    def frames_of(self, sample: Sample) -> tuple[Frame, ...]:
        """The stack of a sample, the outermost frame first."""
        return tuple(self.frames[at] for at in sample.stack)

    @staticmethod
    def merge(sessions: Iterable[Session]) -> Session:
        """All that is in ``sessions`` in one: processes of a service, or windows of a run."""
        from obs.profiling.merging import merge

        return merge(tuple(sessions))

    def scaled(self) -> Session:
        """Sampled shapes, exact totals: the samples of each work and view, scaled to its accounted seconds.

        Where seconds were accounted and nothing was sampled, or too little of held to be its shape, a sample without a
        stack stands for them. Where nothing is known from the accounts, the samples stay as they are.
        """
        from obs.profiling.scaling import scale

        return scale(self)

    def views(self) -> tuple[View, ...]:
        """The views that it has something of."""
        found = {sample.view for sample in self.samples}
        return tuple(v for v in VIEWS if v in found or any(of.get(v) for of in self.totals.values()))
