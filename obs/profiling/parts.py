"""A session in pieces, to be sent while the service goes on: encoding one holds the GIL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from obs.profiling.checking import check
from obs.profiling.session import Frame, Sample, Session, SessionError

PART = 200
"""Frames or samples in one: some 40 KB."""

PLAIN = ("started", "duration", "source", "rates", "totals", "lost", "notes")
"""Of what the process itself knows."""


def parts(session: Session) -> Iterator[dict[str, Any]]:
    """JSON objects: ``{"frames": […]}`` and ``{"samples": […]}``, and the rest as the last, ``{"session": {…}}``."""
    for at in range(0, len(session.frames), PART):
        yield {"frames": session.frames[at : at + PART]}
    for at in range(0, len(session.samples), PART):
        yield {"samples": session.samples[at : at + PART]}
    yield {"session": {name: getattr(session, name) for name in PLAIN}}


def joined(found: Iterable[dict[str, Any]]) -> Session:
    """The session of those parts. Raises SessionError if the last is missing or one makes no sense."""
    frames: list[Frame] = []
    samples: list[Sample] = []
    try:
        for part in found:
            frames += [Frame(*frame) for frame in part.get("frames", ())]
            samples += [Sample(tuple(sample[0]), *sample[1:]) for sample in part.get("samples", ())]
            if "session" in part:
                head = {**part["session"], "notes": tuple(part["session"]["notes"])}
                session = Session(**head, frames=tuple(frames), samples=tuple(samples))
                check(session)
                return session
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as error:
        raise SessionError(
            f"what the process answered is no profile: {error!r}; is its obs of another version?"
        ) from None
    raise SessionError("the process broke off its answer")
