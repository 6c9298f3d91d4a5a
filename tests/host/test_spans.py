"""The host's end of the span socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, TraceFlags

from obs.config import Config
from obs.host import spans as host
from obs.host.spans import SpanReceiver
from obs.tracing import wire
from tests.tracing.conftest import Peer, drops

RESOURCE = Resource({"service.name": "shop"})


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


class Memory:
    """An exporter that answers as told, when told."""

    def __init__(self, *answers: SpanExportResult | Exception) -> None:
        self.names: list[str] = []
        self.answers = list(answers)
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.was_shut = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.may_go_on.wait(10)
        answer = self.answers.pop(0) if self.answers else SpanExportResult.SUCCESS
        if isinstance(answer, Exception):
            raise answer
        self.names += [span.name for span in spans]
        return answer

    def shutdown(self) -> None:
        self.was_shut = True
        self.may_go_on.set()


@pytest.fixture
def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, socket.socket]]:
    """The bound socket, and one of a service's process."""
    monkeypatch.setattr(host, "INTERVAL", 0.01)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bound.bind(str(tmp_path / "spans.sock"))
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.connect(str(tmp_path / "spans.sock"))
    yield bound, sender
    sender.close()
    bound.close()


def config(**settings: str) -> Config:
    return Config.load(settings)


def datagram(*names: str) -> bytes:
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
    spans = [ReadableSpan(name, context, resource=RESOURCE, start_time=1, end_time=2) for name in names]
    return wire.pack(wire.head(RESOURCE), [wire.encode(span) for span in spans])


def test_what_is_received_is_exported_and_kept(ends: Any) -> None:
    bound, sender = ends
    exporter = Memory()
    receiver = SpanReceiver(bound, config(), exporter)
    receiver.start()
    sender.send(datagram("a", "b"))
    sender.send(datagram("c"))
    until(lambda: receiver.counts["exported"] == 3)
    assert exporter.names == ["a", "b", "c"]
    assert [span.name for span in receiver.recent] == ["a", "b", "c"]
    receiver.close(time.monotonic() + 5)
    assert receiver.counts == {"received": 3, "exported": 3, "dropped": 0}
    assert exporter.was_shut


def test_a_real_collector_gets_them(ends: Any, peer: Peer) -> None:
    bound, sender = ends
    receiver = SpanReceiver(bound, config(OTEL_EXPORTER_OTLP_ENDPOINT=peer.url))
    assert receiver.destination == f"{peer.url}/v1/traces"
    receiver.start()
    sender.send(datagram("a"))
    until(lambda: receiver.counts["exported"] == 1)
    assert peer.names() == ["a"]
    receiver.close(time.monotonic() + 5)


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def test_what_is_queued_in_the_kernel_is_read_at_the_end(ends: Any) -> None:
    bound, sender = ends
    for name in "abc":
        sender.send(datagram(name))
    exporter = Memory()
    receiver = SpanReceiver(bound, config(), exporter)
    receiver.start()
    receiver.close(time.monotonic() + 5)
    assert exporter.names == ["a", "b", "c"]


def test_the_next_host_reads_the_same_socket(ends: Any) -> None:
    bound, sender = ends
    first = SpanReceiver(bound, config(), Memory())
    first.start()
    first.close(time.monotonic() + 5)
    sender.send(datagram("later"))
    exporter = Memory()
    second = SpanReceiver(bound, config(), exporter)
    second.start()
    second.close(time.monotonic() + 5)
    assert exporter.names == ["later"]


def test_without_an_endpoint_the_last_are_kept(ends: Any) -> None:
    bound, sender = ends
    receiver = SpanReceiver(bound, config())
    receiver.start()
    for number in range(host.KEPT + 5):
        sender.send(datagram(str(number)))
    until(lambda: receiver.counts["received"] == host.KEPT + 5)
    assert [span.name for span in receiver.recent] == [str(number) for number in range(5, host.KEPT + 5)]
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in receiver.destination
    receiver.close(time.monotonic() + 5)
    assert receiver.counts["dropped"] == 0


def test_a_collector_that_fails_is_said_once_and_counted(ends: Any, caplog: Any) -> None:
    bound, sender = ends
    failure = SpanExportResult.FAILURE
    exporter = Memory(failure, failure, SpanExportResult.SUCCESS)
    receiver = SpanReceiver(bound, config(), exporter)
    receiver.start()
    before = drops("refused")
    for number, name in enumerate("abc"):
        sender.send(datagram(name))
        until(lambda number=number: receiver.counts["exported"] + receiver.counts["dropped"] == number + 1)
    assert receiver.counts == {"received": 3, "exported": 1, "dropped": 2}
    assert drops("refused") - before == 2
    assert len(caplog.records) == 2
    receiver.close(time.monotonic() + 5)


def test_a_collector_that_hangs_keeps_no_datagram_waiting_and_no_end(ends: Any) -> None:
    bound, sender = ends
    exporter = Memory()
    exporter.may_go_on.clear()
    receiver = SpanReceiver(bound, config(OTEL_BSP_MAX_QUEUE_SIZE="5"), exporter)
    receiver.start()
    for _ in range(30):
        sender.send(datagram("x"))
    until(lambda: receiver.counts["received"] == 30)
    receiver.close(time.monotonic() + 0.05)
    assert receiver.counts["exported"] + receiver.counts["dropped"] == 30


@pytest.mark.parametrize("garbage", [b"{", b"\xff" * 10, b'{"resource":{},"schema":"","spans":[{"name":"x"}]}'])
def test_garbage_is_counted_and_the_rest_is_read(ends: Any, garbage: bytes) -> None:
    bound, sender = ends
    exporter = Memory()
    receiver = SpanReceiver(bound, config(), exporter)
    receiver.start()
    sender.send(garbage)
    sender.send(datagram("a"))
    until(lambda: receiver.counts["exported"] == 1)
    assert receiver.counts["dropped"] == 1
    receiver.close(time.monotonic() + 5)
