"""What was done, for a person: a table of what changed, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff

from obs.generate.output.change import Change, Deed

SHOWN: tuple[Deed, ...] = ("new", "changed", "removed", "kept")
NOTES: dict[Deed, str] = {
    "removed": "no longer generated",
    "kept": "no longer generated, but edited since it was written: delete it yourself",
}


def table(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each file that is not what it was, then how many of each."""
    for deed in SHOWN:
        yield from (line(change) for change in changes if change.deed == deed)
    yield total(changes)


def line(change: Change) -> str:
    note = NOTES.get(change.deed, "its edits are overwritten" if change.edited else "")
    return f"  {change.deed:8} {change.path}{f'  ({note})' if note else ''}"


def total(changes: Sequence[Change]) -> str:
    """``14 files: 3 new, 1 changed, 10 same``."""
    counts = Counter(change.deed for change in changes)
    said = [f"{counts[deed]} {deed}" for deed in (*SHOWN[:2], "same", *SHOWN[2:]) if counts[deed]]
    return f"{len(changes)} file{'' if len(changes) == 1 else 's'}: {', '.join(said) or 'nothing to write'}"


def diff(changes: Sequence[Change]) -> Iterator[str]:
    """A unified diff from what stands there to what is generated."""
    for change in changes:
        if change.deed in ("new", "changed", "removed"):
            before = "/dev/null" if change.deed == "new" else f"a/{change.path}"
            after = "/dev/null" if change.deed == "removed" else f"b/{change.path}"
            lines = unified_diff(change.before.splitlines(), change.after.splitlines(), before, after, lineterm="")
            yield from lines
