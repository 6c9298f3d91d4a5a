"""The traces that are kept: slow and failed ones as long as there is room, then the newest of the sampled."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from obs.host.live.text import short, tidy

MOST_KEPT, MOST_OTHERS = 400, 200
"""Traces: of those that matter, and of the others."""

MOST_SPANS, MOST_EVENTS, MOST_ATTRIBUTES = 100, 30, 60
"""Of a trace, and of a span."""

CLOCKS = ("cpu", "held", "delay", "wait")

WORKS = (SpanKind.SERVER, SpanKind.CONSUMER)


@dataclass(slots=True)
class Trace:
    """One trace, as far as it was sent here."""

    id: str
    spans: list[dict[str, Any]] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The works in it, by span id."""
    dropped: int = 0
    """Spans beyond :data:`MOST_SPANS`."""

    @property
    def matters(self) -> bool:
        return any(item["why"] != "sampled" for item in self.items.values())


class Traces:
    """Takes finished spans from the receiving thread, and answers those of the server."""

    def __init__(self, slow: float, kept: int = MOST_KEPT, others: int = MOST_OTHERS) -> None:
        """``slow``: seconds from which a work is."""
        self._slow, self._room, self._room_others = slow, kept, others
        self._kept: OrderedDict[str, Trace] = OrderedDict()
        self._others: OrderedDict[str, Trace] = OrderedDict()
        self._lock = threading.Lock()
        self.seen = 0
        """Spans so far."""
        self.dropped = 0
        """Traces that had to make room."""

    def add(self, spans: Iterable[ReadableSpan]) -> None:
        """Take them in."""
        with self._lock:
            for span in spans:
                if span.context is not None:
                    self._add(f"{span.context.trace_id:032x}", span)
            self._bound()

    def _add(self, name: str, span: ReadableSpan) -> None:
        self.seen += 1
        trace = self._kept.get(name) or self._others.get(name)
        if trace is None:
            trace = self._others[name] = Trace(name)
        value = span_value(span)
        if len(trace.spans) >= MOST_SPANS:
            trace.dropped += 1
        else:
            trace.spans.append(value)
        if span.kind in WORKS or "obs.kept" in (span.attributes or {}) or value["clocks"]:
            trace.items[value["id"]] = item(name, span, value, self._slow)
            if trace.matters and name in self._others:
                self._kept[name] = self._others.pop(name)

    def _bound(self) -> None:
        for ring, room in ((self._kept, self._room), (self._others, self._room_others)):
            while len(ring) > room:
                ring.popitem(last=False)
                self.dropped += 1

    def items(self, work: str = "", trace: str = "", kind: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Works whose traces are kept, the newest first; ``trace`` may be the beginning of an id."""
        with self._lock:
            every = [
                found | {"spans": len(each.spans)}
                for each in [*self._kept.values(), *self._others.values()]
                if each.id.startswith(trace)
                for found in each.items.values()
            ]
        fitting = [each for each in every if work in ("", each["work"]) and kind in ("", each["why"], each["kind"])]
        return sorted(fitting, key=lambda each: -each["at"])[:limit]

    def find(self, name: str) -> Trace | None:
        """By a trace's id, or a work's."""
        with self._lock:
            found = self._kept.get(name) or self._others.get(name)
            return found or next(
                (each for each in [*self._kept.values(), *self._others.values()] if name in each.items), None
            )

    def all(self) -> list[Trace]:
        """Every trace that matters, and then the others."""
        with self._lock:
            return [*self._kept.values(), *self._others.values()]


def item(trace: str, span: ReadableSpan, value: Mapping[str, Any], slow: float) -> dict[str, Any]:
    """A work in the list of slow ones."""
    attributes = span.attributes or {}
    failed = span.status.status_code is StatusCode.ERROR
    kept = str(attributes.get("obs.kept") or ("error" if failed else "slow" if value["seconds"] >= slow else "sampled"))
    status = (
        attributes.get("http.response.status_code") or attributes.get("error.type") or ("failed" if failed else "ok")
    )
    return {
        "id": value["id"],
        "trace": trace,
        "work": value["name"],
        "kind": "job" if span.kind is SpanKind.CONSUMER else "request",
        "at": value["start"],
        "seconds": value["seconds"],
        "status": short(str(status)),
        "failed": failed,
        "why": "failed" if kept == "error" else short(kept),
        "clocks": value["clocks"],
    }


def span_value(span: ReadableSpan) -> dict[str, Any]:
    """A span as the waterfall shows it."""
    attributes = dict(list((span.attributes or {}).items())[:MOST_ATTRIBUTES])
    start, end = span.start_time or 0, span.end_time or span.start_time or 0
    clocks = [attributes.pop(f"obs.{name}_seconds", None) for name in CLOCKS]
    return tidy(
        {
            "id": f"{span.context.span_id:016x}" if span.context else "",
            "parent": f"{span.parent.span_id:016x}" if span.parent else None,
            "name": span.name,
            "kind": span.kind.name.lower(),
            "start": start / 1e9,
            "seconds": max(end - start, 0) / 1e9,
            "failed": span.status.status_code is StatusCode.ERROR,
            "clocks": clocks if None not in clocks else None,
            "attributes": {name: text(value) for name, value in attributes.items()},
            "events": events(span),
        }
    )


def events(span: ReadableSpan) -> list[dict[str, Any]]:
    """Exceptions, blocks of the loop, and whatever the service noted; bounded."""
    return [
        {
            "name": event.name,
            "at": (event.timestamp or 0) / 1e9,
            "attributes": {str(name): text(value) for name, value in list((event.attributes or {}).items())[:20]},
        }
        for event in span.events[:MOST_EVENTS]
    ]


def text(value: Any) -> Any:
    """An attribute's value: a number, a switch, or text."""
    return value if isinstance(value, (bool, int, float)) else short(str(value))


def in_order(spans: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Parents before their children, each group by its start. A parent that was not sent here counts as none."""
    known = {span["id"] for span in spans}
    below: dict[str, list[Mapping[str, Any]]] = {}
    for span in sorted(spans, key=lambda span: span["start"]):
        parent = span["parent"] if span["parent"] in known and span["parent"] != span["id"] else ""
        below.setdefault(parent or "", []).append(span)
    found: list[Mapping[str, Any]] = []
    waiting = list(reversed(below.pop("", [])))
    while waiting:
        found.append(span := waiting.pop())
        waiting += reversed(below.pop(span["id"], []))
    return found + [span for rest in below.values() for span in rest]  # those of a ring of parents
