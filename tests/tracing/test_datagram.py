"""Spans to the host process: together, at once, and never waiting."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from opentelemetry import trace

from obs import errors
from obs.runtime import watch
from obs.tracing import datagram, wire
from tests.tracing.conftest import Service, drops


class Receiver:
    """The bound socket, as the launcher makes it."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)

    def datagrams(self) -> list[list[str]]:
        """The span names of each datagram that is here."""
        found = []
        while True:
            try:
                found.append([span.name for span in wire.decode(self.socket.recv(1 << 18))])
            except BlockingIOError:
                return found


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path / "spans.sock")
    yield receiver
    receiver.socket.close()


@pytest.fixture
def service(start: Callable[..., Service], tmp_path: Path) -> Service:
    service = start(
        OTEL_TRACES_SAMPLER="always_on",
        OBS_SPAN_SOCKET=str(tmp_path / "spans.sock"),
        OTEL_BSP_MAX_QUEUE_SIZE="20",
        OBS_SHUTDOWN_TIMEOUT="0.05",
    )

    @service.app.get("/")
    def view() -> str:
        for number in range(2):
            trace.get_tracer("a library").start_span(f"child {number}").end()
        return ""

    return service


def test_a_requests_spans_are_one_datagram(service: Service, receiver: Receiver) -> None:
    service.get("/")
    assert receiver.datagrams() == [["child 0", "child 1", "GET /"]]


def test_spans_outside_of_a_work_are_sent_at_once(service: Service, receiver: Receiver) -> None:
    service.get("/")
    receiver.datagrams()
    with trace.get_tracer("a library").start_as_current_span("root"):
        trace.get_tracer("a library").start_span("child").end()
        assert receiver.datagrams() == [["child"]]
    assert receiver.datagrams() == [["root"]]


def test_a_full_queue_is_waited_for_and_beyond_it_spans_are_counted(service: Service, receiver: Receiver) -> None:
    before = drops("queue_full")
    for _ in range(40):
        assert service.get("/").status_code == 200
    received = receiver.datagrams()
    assert received
    for _ in range(2):
        service.get("/")
        received += receiver.datagrams()
    lost = drops("queue_full") - before
    assert lost > 0
    assert sum(map(len, received)) + lost == 42 * 3


def test_without_a_receiver_spans_are_counted(service: Service) -> None:
    before = drops("no_receiver")
    for _ in range(3):
        assert service.get("/").status_code == 200
    assert drops("no_receiver") - before == 9


def test_a_receiver_that_is_gone_is_noticed(service: Service, receiver: Receiver) -> None:
    service.get("/")
    receiver.socket.close()
    before = drops("no_receiver")
    assert service.get("/").status_code == 200
    assert drops("no_receiver") - before == 3


def test_what_waits_at_the_end_is_sent_or_counted(service: Service, receiver: Receiver) -> None:
    full = drops("queue_full")
    before = drops("shutdown")
    for _ in range(16):
        service.get("/")
    assert drops("queue_full") == full
    provider: Any = trace.get_tracer_provider()
    provider.shutdown()
    assert sum(map(len, receiver.datagrams())) + drops("shutdown") - before == 16 * 3


def test_a_forked_child_sends_its_own_only(service: Service, receiver: Receiver) -> None:
    @service.app.get("/forks")
    def forks() -> str:
        trace.get_tracer("a library").start_span("of the parent").end()
        if (child := os.fork()) == 0:
            trace.get_tracer("a library").start_span("of the child").end()
            trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
            os._exit(0)
        os.waitpid(child, 0)
        return ""

    service.get("/forks")
    assert receiver.datagrams() == [["of the child"], ["of the parent", "GET /forks"]]


@pytest.mark.parametrize("limit", [4096])
def test_a_span_of_any_size_arrives(service: Service, receiver: Receiver, limit: int) -> None:
    service.get("/")
    receiver.datagrams()
    trace.get_tracer("a library").start_span("big", attributes={"x": "y" * 1_000_000}).end()
    assert receiver.datagrams() == [["big"]]


@pytest.fixture
def watched() -> Iterator[None]:
    """The watching thread runs, as it does in a service."""
    watch.start()
    yield
    watch.stop()


@pytest.mark.usefixtures("watched")
def test_where_a_thread_sends_spans_of_several_requests_go_together(service: Service, receiver: Receiver) -> None:
    for _ in range(4):
        service.get("/")
    received: list[list[str]] = []
    end = monotonic() + 10
    while sum(map(len, received)) < 12 and monotonic() < end:
        sleep(0.01)
        received += receiver.datagrams()
    assert sum(map(len, received)) == 12
    assert len(received) < 4


@pytest.mark.usefixtures("watched")
def test_enough_spans_are_sent_without_waiting_for_the_thread(
    service: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch.life._life.ticks, "run", lambda now: now + 10**9)  # it never comes to it
    for _ in range(7):
        service.get("/")
    assert [len(spans) for spans in receiver.datagrams()] == [datagram.TOGETHER]


@pytest.mark.usefixtures("watched")
def test_a_span_that_cannot_be_encoded_costs_no_other(
    service: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, before = wire.encode, drops("unencodable")
    monkeypatch.setattr(wire, "encode", lambda span: 1 / 0 if span.name == "child 1" else encode(span))
    service.get("/")
    trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
    assert [name for spans in receiver.datagrams() for name in spans] == ["child 0", "GET /"]
    assert drops("unencodable") - before == 1
    assert errors.faults.pop("tracing: encoding a span") == 1
