"""What is known of works of one name before one is opened: owner, label and series, made once each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from obs.config import Config
from obs.jobs.outcomes import ERRORS, FAILED, NEITHER, OK
from obs.labels import Label, label
from obs.metrics import catalog, sli
from obs.metrics.store import Counter, Gauge, Histogram, Store
from obs.runtime.accounting import entry_of
from obs.work import Kind, Work


class Sort(ABC):
    """Base of the sorts of work."""

    kind: ClassVar[Kind]

    def __init__(self, name: str, store: Store, config: Config) -> None:
        self.name = name
        self.store = store
        owner = config.owner(self.kind, name)
        self.feature = owner.name if owner else ""
        self.team = owner.team if owner else ""
        self.label: Label = label(name)
        self.entry = entry_of(self.kind, name, self.feature)
        self.slis = sli.of_work(store, config, self.kind, name)
        """The promises that works of it count for by how they end."""
        store.gauge(catalog.OBS_WORK_INFO, self.kind, name, self.feature, self.team).set(1.0)
        self._active: tuple[Gauge, ...] = ()
        """What counts those that are open, once there was one: whoever only sends jobs works on none."""

    def opened(self) -> None:
        """A work of this sort begins. Hot."""
        for gauge in self._active or self._make_active():
            gauge.cells[gauge.index] += 1.0  # a call costs more than the rest of it
        if self.slis:
            sli.begin(self.slis)

    @abstractmethod
    def _make_active(self) -> tuple[Gauge, ...]:
        """What counts those that are open, kept from now on."""

    def closed(self, work: Work) -> None:
        """It has ended: count it. Hot."""
        for gauge in self._active:
            gauge.cells[gauge.index] -= 1.0
        series, seconds = self.series(work), work.ended - work.started
        series.observe(seconds)
        if work.sampled:
            series.exemplar(seconds, *work.ids())
        if self.slis:
            self._judge(work)

    def _judge(self, work: Work) -> None:
        failed = self.failed(work)
        if failed is None:
            sli.drop(self.slis)
        else:
            sli.end(self.slis, work.duration, failed=failed)

    @abstractmethod
    def failed(self, work: Work) -> bool | None:
        """Whether ``work``, which has ended and is counted, is bad for a promise about it; None if it is neither."""

    @abstractmethod
    def series(self, work: Work) -> Histogram:
        """Where the duration of ``work``, which has ended, is counted."""

    def attributes(self) -> dict[str, Any]:
        """What a span of it bears, besides its name."""
        return {}


WATCHED = frozenset({"celery", "rq"})
"""Whose brokers, or other processes, tell of a job whose process died. Of the others' that process's own file does."""


class Job(Sort):
    """A job of this name from this queue, in ``messaging_process_duration_seconds`` and what belongs to it."""

    kind = "job"

    def __init__(self, name: str, queue: str, store: Store, config: Config, *, system: str = "") -> None:
        super().__init__(name, store, config)
        self.system = system
        """The queue's software, as OpenTelemetry's ``messaging.system`` has it; empty for none that obs knows."""
        self.queue = queue
        self._series: dict[str, Histogram] = {}
        self._queue_wait: Histogram | None = None
        self._sent: Counter | None = None
        self._attributes = _attributes(system, queue)
        self.waits = sli.of_wait(store, config, name)
        """The promises about the time in its queue."""

    def prepare(self) -> None:
        """Make what most deliveries need. A forked child inherits it, at zero."""
        self._make_active()
        self.queue_wait  # noqa: B018  made when it is first looked at
        self.of_outcome(OK)
        self.entry.bind()

    def _make_active(self) -> tuple[Gauge, ...]:
        metrics = [catalog.OBS_JOBS_ACTIVE]
        if self.system not in WATCHED:
            metrics.append(catalog.OBS_JOBS_UNWATCHED)
        self._active = tuple(self.store.gauge(metric, self.queue, self.name) for metric in metrics)
        return self._active

    def series(self, work: Work) -> Histogram:
        outcome = getattr(work, "outcome", "") or (OK if work.error is None else FAILED)
        return self._series.get(outcome) or self.of_outcome(outcome)

    def failed(self, work: Work) -> bool | None:
        """Neither if the job is not over (retried) or was not to be done (rejected)."""
        outcome = getattr(work, "outcome", "")
        return None if outcome in NEITHER else outcome in ERRORS or work.error is not None

    def of_outcome(self, outcome: str) -> Histogram:
        """Where the duration of deliveries that end so is counted."""
        found = self._series.get(outcome)
        if found is None:
            labels = (self.system, self.queue, self.name, outcome)
            found = self._series[outcome] = self.store.histogram(catalog.MESSAGING_PROCESS_DURATION, *labels)
        return found

    @property
    def queue_wait(self) -> Histogram:
        """Of those whose sender has said when it sent them."""
        if self._queue_wait is None:
            self._queue_wait = self.store.histogram(catalog.OBS_JOB_QUEUE_WAIT, self.queue, self.name)
        return self._queue_wait

    def scheduled(self) -> Histogram:
        return self.store.histogram(catalog.OBS_JOB_SCHEDULED, self.queue, self.name)

    def retries(self) -> Counter:
        return self.store.counter(catalog.OBS_JOB_RETRIES, self.queue, self.name)

    def lost(self) -> Counter:
        return self.store.counter(catalog.OBS_JOBS_LOST, self.queue, self.name)

    def sent(self) -> Counter:
        if self._sent is None:
            self._sent = self.store.counter(catalog.MESSAGING_SENT, self.system, self.queue, self.name)
        return self._sent

    def attributes(self) -> dict[str, Any]:
        return self._attributes.copy()


def _attributes(system: str, queue: str) -> dict[str, Any]:
    """https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/"""
    named = {"messaging.system": system, "messaging.destination.name": queue}
    found = {name: value for name, value in named.items() if value}
    process = {"messaging.operation.type": "process", "messaging.operation.name": "process"}
    return found | process if found else {}


class Route(Sort):
    """A request that no server of obs's opens: ``POST /chat.Rooms/Send`` of a gRPC server, counted as HTTP's are."""

    kind = "request"

    def __init__(self, name: str, store: Store, config: Config) -> None:
        super().__init__(name, store, config)
        self.method, _, self.route = name.partition(" ")
        self._make_active()

    def _make_active(self) -> tuple[Gauge, ...]:
        self._active = (self.store.gauge(catalog.HTTP_SERVER_ACTIVE_REQUESTS, self.method),)
        return self._active

    def series(self, work: Work) -> Histogram:
        """By its status: 500 if an exception escaped, else what the service has set, else 200."""
        work.status = work.status or ("200" if work.error is None else "500")
        error = work.status if work.error is None and work.status >= "5" else _name(work.error)
        return self.store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, self.route, self.method, work.status, error)

    def failed(self, work: Work) -> bool:
        return work.error is not None or work.status >= "500"

    def attributes(self) -> dict[str, Any]:
        return {"http.request.method": self.method, "http.route": self.route}


def _name(error: type[BaseException] | None) -> str:
    """As OpenTelemetry's ``error.type``: the qualified name, with the module unless it is a built-in."""
    if error is None:
        return ""
    return error.__qualname__ if error.__module__ == "builtins" else f"{error.__module__}.{error.__qualname__}"
