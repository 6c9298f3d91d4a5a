"""What a replay found, for a person and for a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from obs.generate.replay.episode import Episode
from obs.generate.replay.replay import Replayed, Span
from obs.generate.rules.duration import text as duration

MOST = 3
"""Label sets that are named for each alert in the table."""


def lines(found: Sequence[Replayed], span: Span) -> Iterator[str]:
    """A row for each alert, those that fired most first; below, what could not be seen."""
    days = (span.end - span.start) / 86_400
    yield f"{days:.1f} days, from {moment(span.start)} to {moment(span.end)}"
    yield ""
    yield f"{'alert':<24} {'severity':<8} {'fired':>6} {'a week':>7} {'longest':>8} {'total':>9}  where"
    for each in sorted((one for one in found if not one.error), key=lambda one: -len(one.episodes)):
        yield row(each, days)
    yield from remarks(found)


def row(each: Replayed, days: float) -> str:
    count, spans = len(each.episodes), [episode.seconds for episode in each.episodes]
    figures = f"{count:>6} {count * 7 / days:>7.1f} {length(max(spans, default=0)):>8} {length(sum(spans)):>9}"
    return f"{each.alert.name:<24} {each.alert.severity:<8} {figures}  {where(each.episodes)}".rstrip()


def where(episodes: Sequence[Episode]) -> str:
    """The label sets that fired most, in short."""
    counted = Counter(short(episode.labels) for episode in episodes).most_common()
    named = ", ".join(f"{name} {count}" for name, count in counted[:MOST])
    return named + (f", {len(counted) - MOST} more" if len(counted) > MOST else "")


def short(labels: tuple[tuple[str, str], ...]) -> str:
    known = dict(labels)
    first = [known.pop(name) for name in ("env", "service") if known.get(name)]
    rest = [value for name, value in known.items() if name not in ("env", "service", "team", "feature", "kind")]
    return "/".join(first) + (f" [{' '.join(rest)}]" if rest else "")


def remarks(found: Sequence[Replayed]) -> Iterator[str]:
    """What else has to be known of the figures, each with the alerts that it is about."""
    asked = [each for each in found if not each.error]
    yield from remark("not replayed:", [(each.alert.name, each.error) for each in found])
    yield from remark(BLIND, [(each.alert.name, ", ".join(each.missing)) for each in asked])
    yield from remark(COMPUTED, [(each.alert.name, ", ".join(each.computed)) for each in asked])


BLIND = "could not see these series, which are not there (a counter comes with what it first counts):"
COMPUTED = "not recorded there all along, so computed in the query:"


def remark(title: str, said: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A paragraph of those of whom something is said; nothing, if of none."""
    lines = [f"  {name}: {what}" for name, what in said if what]
    yield from ("", title, *lines) if lines else ()


def as_json(found: Sequence[Replayed], span: Span) -> str:
    values = {"start": span.start, "end": span.end, "alerts": [one(each) for each in found]}
    return json.dumps(values, indent=2)


def one(each: Replayed) -> dict[str, Any]:
    return {
        "alert": each.alert.name,
        "key": each.alert.key,
        "severity": each.alert.severity,
        "error": each.error or None,
        "missing": list(each.missing),
        "computed": list(each.computed),
        "episodes": [
            {"labels": dict(episode.labels), "start": episode.start, "end": episode.end} for episode in each.episodes
        ],
    }


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def length(seconds: float) -> str:
    """To the minute; to the second below one."""
    return "-" if not seconds else duration(round(seconds) if seconds < 60 else round(seconds / 60) * 60.0)
