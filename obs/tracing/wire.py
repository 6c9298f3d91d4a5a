"""Finished spans as JSON, from the service to the host process: what one datagram holds, and how it is read.

``{"resource": {…}, "schema": "…", "spans": [{…}, …]}``, ASCII, at most :data:`LIMIT` bytes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

LIMIT = 60_000
"""Bytes of a datagram: well below Linux's default of a socket's buffer (212,992), which bounds one."""

SPAN_LIMIT = 30_000
"""Bytes of one span; a longer one is shortened, and says so in the attribute ``obs.shortened``."""

_BYTES = "$bytes"


def head(resource: Resource) -> str:
    """How each datagram of a process begins. Made once: it is the same for all its spans."""
    attributes = _dumps(dict(resource.attributes))
    return f'{{"resource":{attributes},"schema":{_dumps(resource.schema_url)},"spans":['


def pack(beginning: str, spans: Iterable[str]) -> bytes:
    """A datagram of spans from :func:`encode`."""
    return f"{beginning}{','.join(spans)}]}}".encode("ascii")


def encode(span: ReadableSpan) -> str:
    """One finished span, in at most :data:`SPAN_LIMIT` characters of ASCII. 10 µs for a request's span."""
    scope, status, links = span.instrumentation_scope, span.status, span.links
    events = [(event.name, event.timestamp, _dict(event.attributes)) for event in span.events]
    text = (
        f'{{"name":{_dumps(span.name)},"context":{_context(span.context)},'
        f'"parent":{_context(span.parent) if span.parent else "null"},'
        f'"kind":{span.kind.value},"start":{span.start_time},"end":{span.end_time},'
        f'"attributes":{_dumps(_dict(span.attributes))},'
        f'"events":{_dumps(events) if events else "[]"},'
        f'"links":[{",".join(_link(link) for link in links) if links else ""}],'
        f'"status":[{status.status_code.value},{_dumps(status.description) if status.description else "null"}],'
        f'"scope":{_scope(scope) if scope else "null"},"dropped":{span.dropped_attributes}}}'
    )
    return text if len(text) <= SPAN_LIMIT else _shorter(json.loads(text))


def _context(context: SpanContext) -> str:
    state = context.trace_state
    return (
        f'["{context.trace_id:032x}","{context.span_id:016x}",{int(context.trace_flags)},'
        f"{'true' if context.is_remote else 'false'},{_dumps(state.to_header()) if state else _EMPTY}]"
    )


_EMPTY = '""'


def _link(link: Link) -> str:
    return f"[{_context(link.context)},{_dumps(_dict(link.attributes))}]"


@lru_cache(maxsize=100)
def _scope(scope: InstrumentationScope) -> str:
    """Of one library; each of its spans has the same."""
    return _dumps((scope.name, scope.version, scope.schema_url, _dict(scope.attributes)))


def _dict(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    # copy() is one call to a plain dict; going through a BoundedAttributes' items is one per attribute.
    return dict(attributes.copy()) if attributes else {}  # type: ignore[attr-defined]


def _default(value: Any) -> Any:
    """What JSON has no form for: bytes, tuples' like, and mappings of other kinds."""
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    return dict(value) if isinstance(value, Mapping) else str(value)


_dumps = json.JSONEncoder(separators=(",", ":"), default=_default).encode


def _shorter(value: dict[str, Any]) -> str:
    """The longest form of a span that fits: long texts are cut, then events and links go, then most attributes."""
    for longest in (4096, 1024, 256, 64):
        text = _dumps(_marked(_cut(value, longest), f"texts over {longest} characters"))
        if len(text) <= SPAN_LIMIT:
            return text
    least = _cut(value, 64) | {"events": [], "links": [], "scope": None}
    least["attributes"] = dict(list(least["attributes"].items())[:32])
    return _dumps(_marked(least, "events, links and attributes"))


def _marked(value: dict[str, Any], what: str) -> dict[str, Any]:
    return value | {"attributes": value["attributes"] | {"obs.shortened": what}}


def _cut(value: Any, longest: int) -> Any:
    """``value`` with no text longer than ``longest``, and no more items in a list than that many of 16 characters."""
    match value:
        case str() | bytes():
            return value[:longest]
        case Mapping():
            return {key[:longest]: _cut(item, longest) for key, item in value.items()}
        case list() | tuple():
            return [_cut(item, longest) for item in value[: max(longest // 16, 16)]]
        case _:
            return value


def decode(datagram: bytes) -> list[ReadableSpan]:
    """The spans of a datagram, fit for OTLP. Raises ValueError, or another of :data:`UNREADABLE`, if it is not ours."""
    hook = _object if _BYTES.encode() in datagram else None
    value = json.loads(datagram, object_hook=hook)
    if b"\\ud" in datagram:  # halves of surrogate pairs have no UTF-8
        value = json.loads(
            json.dumps(value, ensure_ascii=False, default=_default).encode("utf-8", "replace"), object_hook=hook
        )
    resource = Resource(value["resource"], value["schema"])
    return [_span(item, resource) for item in value["spans"]]


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)


def _object(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value


def _span(value: dict[str, Any], resource: Resource) -> ReadableSpan:
    attributes: Any = {name: _int64(item) for name, item in value["attributes"].items()}
    if value["dropped"]:
        attributes = BoundedAttributes(attributes=attributes)
        attributes.dropped = value["dropped"]
    code, description = value["status"]
    return ReadableSpan(
        name=value["name"],
        context=_span_context(value["context"]),
        parent=_span_context(value["parent"]) if value["parent"] else None,
        resource=resource,
        attributes=attributes,
        events=[Event(name, attributes, timestamp) for name, timestamp, attributes in value["events"]],
        links=[Link(_span_context(context), attributes) for context, attributes in value["links"]],
        kind=SpanKind(value["kind"]),
        status=Status(StatusCode(code), description),
        start_time=value["start"],
        end_time=value["end"],
        instrumentation_scope=InstrumentationScope(*value["scope"]) if value["scope"] else None,
    )


def _int64(value: Any) -> Any:
    """OTLP has no longer integers."""
    return str(value) if type(value) is int and not -(1 << 63) <= value < 1 << 63 else value


def _span_context(value: list[Any]) -> SpanContext:
    trace_id, span_id, flags, remote, header = value
    state = TraceState.from_header([header]) if header else None
    return SpanContext(int(trace_id, 16), int(span_id, 16), remote, TraceFlags(flags), state)
