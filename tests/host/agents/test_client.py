"""What a client says of a process that can't be asked, or says strange things."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from obs.agent import sockets, wire
from obs.agent.hello import Hello
from obs.agent.operation import Peer
from obs.agent.server import Server
from obs.errors import ObsError
from obs.host.agents import client
from obs.host.agents.client import Client
from obs.host.agents.errors import Died, NoAgent, NoProcess, NotOurs, Refused, Silent
from obs.metrics.store import Identity, Store

Act = Callable[[socket.socket], None]
ME = os.getpid()


class Slow:
    name = "slow"

    def answer(self, request):
        yield {"first": 1}
        yield 60.0


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    return tmp_path / "0123456789abcdef.obs"


@pytest.fixture
def served(metrics: Path) -> Iterator[Path]:
    made = Server(metrics.with_suffix(".agent"), (Hello(), Slow()))
    made.start()
    yield metrics
    made.stop(10.0)


@pytest.fixture
def strange(metrics: Path) -> Iterator[Callable[[Act], Path]]:
    """Somebody else listens, and does ``act`` with who comes."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(metrics.with_suffix(".agent")))
    listener.listen()

    def listen(act: Act) -> Path:
        def run() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    act(connection)

        threading.Thread(target=run, daemon=True).start()
        return metrics

    yield listen
    listener.close()


def says(*messages: wire.Message) -> Act:
    def act(connection: socket.socket) -> None:
        connection.recv(1000)
        for message in messages:
            connection.sendall(wire.pack(message))
        connection.recv(1000)

    return act


def test_an_answer(served):
    with Client(served, ME) as asked:
        assert asked.hello["pid"] == ME
        assert [part["pid"] for part in asked.ask("hello")] == [ME]
        assert [part["pid"] for part in asked.ask("hello")] == [ME]


def test_what_is_refused(served):
    with Client(served, ME) as asked, pytest.raises(Refused, match="it knows hello, slow") as refused:
        list(asked.ask("nothing"))
    assert refused.value.code == "unknown_operation"


def test_a_silence_in_the_middle(served):
    with Client(served, ME) as asked:
        answer = asked.ask("slow", quiet=0.1)
        assert next(answer) == {"first": 1}
        with pytest.raises(Silent):
            next(answer)


def test_no_such_process(tmp_path):
    with pytest.raises(NoProcess, match="no process 4194999"):
        Client.connect(4194999, tmp_path)


def test_a_process_without_obs(tmp_path):
    with pytest.raises(NoAgent, match="runs without obs"):
        Client.connect(ME, tmp_path)


def test_an_agent_that_is_off(metrics):
    with pytest.raises(NoAgent, match="OBS_AGENT=false"):
        Client(metrics, ME)


def test_a_stale_socket(metrics):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(metrics.with_suffix(".agent")))
    with pytest.raises(NoAgent, match="nobody listens"):
        Client(metrics, ME)


def test_one_that_takes_connections_and_says_nothing(strange):
    path = strange(lambda connection: time.sleep(5))
    began = time.monotonic()
    with pytest.raises(Silent):
        Client(path, ME, deadline=0.2)
    assert time.monotonic() - began < 3


def test_one_that_ends_at_once(strange):
    with pytest.raises(Died):
        Client(strange(lambda connection: None), ME)


def test_one_that_speaks_something_else(strange):
    with pytest.raises(NotOurs, match="is not obs"):
        Client(strange(lambda connection: connection.sendall(b"220 ready\r\n")), ME)


def test_another_process_on_its_socket(strange):
    with pytest.raises(NotOurs, match="process 4711 answers"):
        Client(strange(says({"part": {"pid": 4711}}, {"end": True})), ME)


@pytest.mark.parametrize(
    "answer",
    [
        [{"end": True}],
        [{"part": {"pid": ME}}, {"part": {"pid": ME}}, {"end": True}],
        [{"part": [ME]}],
        [{"part": {"pid": [ME]}}, {"end": True}],
        [{"error": "no"}],
        [{"part": {"pid": ME}}, {"hello": 1}],
        [{}],
    ],
)
def test_one_that_answers_in_another_way(strange, answer):
    with pytest.raises(NotOurs, match=f"process {ME}: .* socket"):
        Client(strange(says(*answer)), ME)


def test_a_refusal_of_any_length_is_told_in_short(strange):
    with pytest.raises(Refused) as refused:
        Client(strange(says({"error": {"code": ["x"], "message": "m" * 100_000}})), ME)
    assert len(str(refused.value)) < 600
    assert refused.value.code == "['x']"


def test_another_users_process_on_its_socket(served, monkeypatch):
    monkeypatch.setattr(sockets, "peer", lambda _: Peer(1, 4711, 0))
    monkeypatch.setattr(client.os, "geteuid", lambda: 1000)
    with pytest.raises(NotOurs, match="user 4711"):
        client.reach(served.with_suffix(".agent"), ME, 1.0)


def test_another_version(strange):
    refusal = {"error": {"code": "version", "message": "this process speaks version 7 of the protocol"}}
    with pytest.raises(Refused, match="version 7"):
        Client(strange(says(refusal)), ME)


def test_by_pid_below_the_runtime_dir(tmp_path):
    store = Store.open(tmp_path / "shop-1", Identity("shop"))
    server = Server(store.path.with_suffix(".agent"), (Hello(),))
    server.start()
    try:
        with Client.connect(ME, tmp_path) as asked:
            assert asked.hello["pid"] == ME
    finally:
        server.stop(10.0)
        store.detach()
    with pytest.raises(ObsError):
        Client.connect(ME, tmp_path)
