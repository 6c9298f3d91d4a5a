"""Snapshots for a person to read: lines of pieces, each with its style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from obs.host.blocks.render import Line
from obs.host.dump.groups import Group
from obs.host.dump.snapshot import Frame, Snapshot
from obs.host.table import duration
from obs.runtime.blocks import shots

STYLES = {"running": "bold green", "ready": "yellow", "waiting": "cyan", "not started": "magenta", "dead": "dim"}
MOST_WORKS = 4


def head(snapshot: Snapshot) -> Iterator[Line]:
    """The process, its loops, and what there is to be said."""
    versions = snapshot.hello.get("versions", {})
    runs = [f"Python {snapshot.hello['python']}"] if "python" in snapshot.hello else []
    runs += [f"{name} {version}" for name, version in versions.items()]
    yield [
        ("bold", f"pid {snapshot.pid}"),
        ("bold", f"  {snapshot.service}" if snapshot.service else ""),
        ("dim", f"  {', '.join(runs)}" if runs else ""),
    ]
    for note in snapshot.notes:
        yield [("yellow", f"  {note}")]
    for loop in snapshot.loops:
        yield [("", "  loop: "), *doing(loop)]
    if snapshot.greenlets:
        yield [("", f"  {', '.join(counts(snapshot)) or 'no greenlet but its own'}")]


def counts(snapshot: Snapshot) -> Iterator[str]:
    """How many there are in which state: ``412 waiting``, ``3 native threads, 2 of them idle``. Hubs are no news."""
    states = Counter(g.state for g in snapshot.greenlets if g.kind != "thread" and not g.role)
    yield from (f"{number:,} {state}" for state, number in states.most_common())
    threads = [g for g in snapshot.greenlets if g.kind == "thread"]
    if threads:
        idle = sum(bool(g.role) for g in threads)
        some = " (idle)" if idle == len(threads) else f", {idle} of them idle" if idle else ""
        yield f"{len(threads)} native thread{'s' * (len(threads) != 1)}{some}"


def doing(loop: dict[str, object]) -> Line:
    """What a loop does."""
    if loop.get("idle") is not None:
        return [("dim", f"sleeps, for {seconds(loop['idle'])}")]
    runs = str(loop.get("runs") or "a greenlet of no work")
    line = f", runs for {seconds(loop.get('runs_since'))}; at work without sleep for {seconds(loop.get('busy'))}"
    return [("bold green", runs), ("", f"{line}; {loop.get('ready')} in line")]


def lines(group: Group, most: int, *, pids: bool) -> Iterator[Line]:
    """One group: its head, who, and ``most`` frames, the innermost first."""
    number = len(group.members)
    yield [
        ("bold", f"{number:>6,}"),
        ("", " "),
        (STYLES.get(group.state, ""), what(group)),
        ("bold", f"  {place(group.stack)}" if group.stack else "  (no Python frame)"),
        ("dim", times(group)),
    ]
    if any(group.works) and not group.members[0][1].role:
        yield [("", f"{'':7}"), ("magenta", works(group.works))]
    names = sorted({greenlet.name for _, greenlet in group.members if greenlet.name})
    if names or (pids and number == 1):
        shown = names[:MOST_WORKS] + (["…"] if len(names) > MOST_WORKS else [])
        where = [f"pid {group.members[0][0]}"] if pids and number == 1 else []
        yield [("dim", f"{'':7}{', '.join([*shown, *where])}")]
    for frame in group.stack[:most]:
        yield [("dim" if shots.is_library(frame.file) else "", f"{'':9}{text(frame)}")]
    if len(group.stack) > most:
        yield [("dim", f"{'':9}… {len(group.stack) - most} more (--limit 0 shows all)")]
    for frame, count in group.spawned.most_common(1):
        more = f" ({count} of them)" if count != number else ""
        yield [("dim", f"{'':9}spawned at {text(frame)}{more}")]


def what(group: Group) -> str:
    """``wait for redis``, ``running``."""
    one, role = len(group.members) == 1, group.members[0][1].role
    if role == "pool":
        return f"idle thread{'' if one else 's'} of a pool"
    if role:
        whose = "the hub" if role == "hub" else "the main greenlet"
        return f"{whose}: {'sleeps' if group.on == '(idle)' else group.state}"
    kind = ("thread " if one else "threads ") if group.members[0][1].kind == "thread" else ""
    if group.state == "waiting" and group.on:
        return f"{kind}{'waits' if one else 'wait'} for {group.on}"
    return f"{kind}{group.state}" + (f" {group.on}" if group.on else "")


def place(frames: Sequence[Frame]) -> str:
    """Where that is: the innermost frame that is not gevent's or the standard library's own, else the innermost."""
    chosen = next((frame for frame in frames if not shuffles(frame)), frames[0])
    return text(chosen)


def shuffles(frame: Frame) -> bool:
    """Whether a frame only waits for others: gevent's, and the standard library's."""
    file = frame.file
    return "/gevent/" in file or (shots.is_library(file) and "site-packages" not in file)


def works(found: Counter[str]) -> str:
    """``GET /feed 300, GET /messages 112, of no work 3``."""
    ranked = [(name or "of no work", number) for name, number in found.most_common()]
    shown = [name if len(ranked) == 1 else f"{name} {number:,}" for name, number in ranked[:MOST_WORKS]]
    more = len(ranked) - MOST_WORKS
    return ", ".join([*shown, *([f"{more} more works"] if more > 0 else [])])


def times(group: Group) -> str:
    """Since when."""
    parts = []
    if group.since is not None:
        low, high = (seconds(value) for value in group.since)
        parts.append(f"for {low}" if low == high else f"for {low} to {high}")
    if group.oldest is not None:
        age = seconds(group.oldest)
        parts.append(f"started {age} ago" if len(group.members) == 1 else f"oldest {age}")
    return f"  {', '.join(parts)}" if parts else ""


def seconds(value: object) -> str:
    """A duration: whole seconds from ten on, minutes from two on, then hours."""
    if not isinstance(value, int | float):
        return "-"
    if value < 120:
        return duration(float(value)) if value < 10 else f"{value:.0f} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def text(frame: Frame) -> str:
    return shots.text(frame.file, frame.line, frame.function)
