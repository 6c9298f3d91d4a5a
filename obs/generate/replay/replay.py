"""Each alert over the history."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from obs.errors import ObsError
from obs.generate.queries.prometheus import Prometheus
from obs.generate.replay.chunks import moments
from obs.generate.replay.episode import Episode, episodes
from obs.generate.replay.inline import Narrowed, homes, inlined
from obs.generate.replay.named import metrics, records
from obs.generate.rules.alert import Alert
from obs.generate.rules.duration import seconds
from obs.generate.rules.group import Group
from obs.generate.rules.write import expression
from obs.metrics.catalog import OBS_PROCESSES


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one alert would have done."""

    alert: Alert
    episodes: tuple[Episode, ...] = ()
    computed: tuple[str, ...] = ()
    """Recorded series that were not there, and were computed from what they are made of."""
    missing: tuple[str, ...] = ()
    """Series that were not there at all: the alert could not see them."""
    error: str = ""
    """Why it could not be asked; then there are no episodes."""


@dataclass(frozen=True, slots=True)
class Span:
    """The history that is asked: Unix seconds, and seconds between two looks (0: as each group does)."""

    start: float
    end: float
    step: float = 0.0


class Replay:
    """The rules, and the server that has the history."""

    def __init__(self, server: Prometheus, groups: Collection[Group], span: Span) -> None:
        self.server, self.groups, self.span = server, groups, span
        self.homes = homes(groups, {group.name: seconds(group.interval) for group in groups})
        self._there: dict[str, bool] = {}

    def run(self, wanted: Collection[str] = ()) -> Iterator[Replayed]:
        """Each alert whose key is ``wanted``, or all. Raises ObsError if the server can't be asked at all."""
        self.server.instant("1")
        for group in self.groups:
            for alert in group.alerts:
                if not wanted or alert.key in wanted:
                    yield self.one(alert, seconds(group.interval))

    def one(self, alert: Alert, interval: float) -> Replayed:
        expr, step = expression(alert, interval), self.span.step or interval
        used = records(expr, self.homes)
        gone = tuple(sorted(name for name in used if not self.there(name)))
        try:
            whole = inlined(expr, self.homes, used - set(gone) | self.kept(gone))
            missing = tuple(sorted(name for name in metrics(whole) if not self.there(name)))
            found = moments(self.server, whole, self.span.start, self.span.end, step)
        except Narrowed as name:
            why = f"asks for {name} by a label; it isn't recorded there, and what is computed can't be narrowed so"
            return Replayed(alert, error=why)
        except ObsError as error:
            return Replayed(alert, computed=gone, error=str(error))
        return Replayed(alert, self.fired(alert, found, step), gone, missing)

    def kept(self, gone: Collection[str]) -> set[str]:
        """Records deeper down that are there: what is made of them need not go down to the raw series."""
        return {name for name in self.homes if name not in gone and self._there.get(name, False)}

    def fired(
        self, alert: Alert, found: dict[tuple[tuple[str, str], ...], list[float]], step: float
    ) -> tuple[Episode, ...]:
        hold, keep = seconds(alert.hold), seconds(alert.keep) if alert.keep else 0.0
        every = [each for labels, at in found.items() for each in episodes(dict(labels), at, step, hold, keep)]
        return tuple(sorted(every, key=lambda each: (each.start, each.labels)))

    def there(self, name: str) -> bool:
        """Whether the server has a series of that name; a recorded one as long as it has what it is made from."""
        if name not in self._there:
            self._there[name] = self.has(name, self.span.end) and (name not in self.homes or self.early(name))
        return self._there[name]

    def early(self, name: str) -> bool:
        """Whether a record is no younger than the service's own series, by a tenth of the span."""
        soon = self.span.start + (self.span.end - self.span.start) / 10
        return self.has(name, soon) or not self.has(OBS_PROCESSES.name, soon)

    def has(self, name: str, end: float) -> bool:
        return bool(self.server.series(name, self.span.start, end))
