"""What is to be said of windows, so that the same is said once of many of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from obs.profiling.outside.samples import UNNAMED
from obs.profiling.session import Session

SOME = "{some} of {all} processes are looked at at a time, in turn; the seconds are those of all"
REFUSED = "{some} of {all} processes could not be looked at: {reason}"


def unnamed(session: Session) -> tuple[str, ...]:
    """Of CPU samples inside requests that no work is known of; as one sentence, or none."""
    inside = [sample for sample in session.samples if not sample.work.startswith("(")]
    looks, without = sum(one.looks for one in inside), sum(one.looks for one in inside if not one.work)
    return (UNNAMED.format(share=without / looks),) if without else ()


def of_window(session: Session, seen: int, processes: int, refused: Mapping[str, int]) -> tuple[str, ...]:
    """Of one window: ``seen`` of the ``processes`` were looked at, and others could not be, by reason."""
    turns = (SOME.format(some=seen, all=processes),) if seen + sum(refused.values()) < processes else ()
    reasons = (REFUSED.format(some=some, all=processes, reason=reason) for reason, some in refused.items())
    return (*unnamed(session), *turns, *reasons)


def of_several(session: Session) -> tuple[str, ...]:
    """Of windows that were merged into ``session``: its own share, in place of each one's."""
    ending = UNNAMED.partition("}")[2]
    return (*unnamed(session), *without(session.notes, ending))


def without(notes: Iterable[str], ending: str) -> Iterable[str]:
    return (note for note in notes if not note.endswith(ending))
