"""Export without ``obs run``: whatever the collector does, the service doesn't notice."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from obs.config import Config
from obs.tracing import post, thread
from obs.tracing.provider import WorkTracerProvider
from obs.work import Work, current
from tests.tracing.conftest import Peer, drops

TARGET = Path(__file__).parent / "target_export.py"


def config(url: str, **settings: str) -> Config:
    return Config.load({"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OBS_SHUTDOWN_TIMEOUT": "1", **settings})


@pytest.fixture
def in_a_work() -> Iterator[None]:
    token = current.set(Work("request", "GET"))
    yield
    current.reset(token)


def spans(processor: Any, *names: str) -> None:
    provider = WorkTracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    for name in names:
        provider.get_tracer("a library").start_span(name).end()


def test_spans_arrive(peer: Peer, in_a_work: None) -> None:
    processor = thread.ThreadProcessor(config(peer.url, OTEL_EXPORTER_OTLP_HEADERS="x-token=abc"))
    names = [f"span {number}" for number in range(30)]
    spans(processor, *names)
    assert processor.force_flush(10_000)
    assert peer.names() == names
    assert peer.headers[0]["x-token"] == "abc"
    assert peer.headers[0]["content-type"] == "application/x-protobuf"
    processor.shutdown()


def test_no_thread_runs_before_a_span_ends_in_a_work(peer: Peer) -> None:
    """A process that only forks workers has no Work, so no thread; its spans are sent at its end."""
    processor = thread.ThreadProcessor(config(peer.url))
    spans(processor, "startup")
    assert not processor._running
    processor.shutdown()
    assert peer.names() == ["startup"]


def test_a_forked_child_sends_its_own_only(peer: Peer, in_a_work: None) -> None:
    processor = thread.ThreadProcessor(config(peer.url))
    current.set(None)
    spans(processor, "of the parent")
    if (child := os.fork()) == 0:
        spans(processor, "of the child")
        processor.shutdown()
        os._exit(0)
    os.waitpid(child, 0)
    assert peer.names() == ["of the child"]
    processor.shutdown()
    assert peer.names() == ["of the child", "of the parent"]


def test_beyond_the_queue_spans_are_counted(in_a_work: None) -> None:
    before = drops("queue_full")
    current.set(None)
    processor = thread.ThreadProcessor(config("http://127.0.0.1:9", OTEL_BSP_MAX_QUEUE_SIZE="5"))
    spans(processor, *"abcdefg")
    assert drops("queue_full") - before == 2
    processor.shutdown()


def refuse(handler: Any) -> None:
    handler.send_error(500)


def test_a_collector_that_answers_500_at_the_end_is_counted() -> None:
    peer = Peer(refuse)
    before = drops("refused")
    processor = thread.ThreadProcessor(config(peer.url))
    spans(processor, "a", "b")
    processor.shutdown()
    assert drops("refused") - before == 2
    assert peer.names() == ["a", "b"]
    peer.close()


def test_a_collector_that_recovers_gets_the_spans() -> None:
    answers = iter([503, 200])
    peer = Peer(lambda handler: handler.send_error(next(answers)))
    processor = thread.ThreadProcessor(config(peer.url))
    spans(processor, "a")
    assert processor.force_flush(10_000)
    assert peer.names() == ["a", "a"]
    processor.shutdown()
    peer.close()


def test_an_answer_that_will_not_change_is_not_tried_again() -> None:
    peer = Peer(lambda handler: handler.send_error(400))
    processor = thread.ThreadProcessor(config(peer.url))
    spans(processor, "a")
    assert processor.force_flush(10_000)
    assert len(peer.bodies) == 1
    processor.shutdown()
    peer.close()


@pytest.fixture
def hanging() -> Iterator[str]:
    """A collector that accepts and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def test_the_end_comes_within_the_deadline_whatever_the_collector_does(hanging: str) -> None:
    before = drops("refused") + drops("shutdown")
    processor = thread.ThreadProcessor(config(hanging, OBS_SHUTDOWN_TIMEOUT="0.3"))
    spans(processor, "a")
    started = time.monotonic()
    processor.shutdown()
    assert time.monotonic() - started < 5
    ended = time.monotonic() + 5
    while drops("refused") + drops("shutdown") == before and time.monotonic() < ended:
        time.sleep(0.01)
    assert drops("refused") + drops("shutdown") - before == 1


def test_an_answer_that_is_not_http_is_none() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        accepted, _ = listener.accept()
        accepted.sendall(b"SSH-2.0-OpenSSH\r\n")
        accepted.close()

    threading.Thread(target=answer).start()
    collector = post.Collector(config(f"http://127.0.0.1:{listener.getsockname()[1]}"))
    assert not collector.post(b"x")
    assert collector.may_recover
    listener.close()


@pytest.mark.parametrize("mode", ["threads", "gevent"])
@pytest.mark.parametrize("collector", ["good", "refusing", "hanging", "failing"])
def test_a_service_does_not_notice_its_collector(mode: str, collector: str, hanging: str, tmp_path: Path) -> None:
    peer = Peer(refuse if collector == "failing" else None)
    url = {"good": peer.url, "failing": peer.url, "hanging": hanging, "refusing": "http://127.0.0.1:9"}[collector]
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_TRACES_SAMPLER": "always_on",
        "OBS_SHUTDOWN_TIMEOUT": "1",
        "OBS_RUNTIME_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", str(TARGET), mode, "50"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ended = time.monotonic()
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["imported"] == []
    assert said["hubs"] <= 1
    assert ended - said["at"] < 5
    names = peer.names()
    if collector == "good":
        assert (names.count("GET /"), names.count("child")) == (50, 50)
    peer.close()
