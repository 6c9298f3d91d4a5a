"""The server: several clients, whatever they say, whenever they leave; and its threads, which end when it rests."""

from __future__ import annotations

import os
import resource
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from obs import errors
from obs.agent import conversation, server, sockets
from obs.agent.hello import Hello
from obs.agent.operation import Peer, Refusal, Request
from obs.agent.server import Server
from tests.agent.asking import Asking

DEADLINE = 10.0


class Counting:
    """Counts until it is told to stop; what it has turned on is in ``on``."""

    name = "count"
    on = 0

    def answer(self, request: Request):
        if request.arguments.get("to", 0) > 1000:
            raise Refusal("bad_argument", "to 1000 at most")
        Counting.on += 1
        try:
            for number in range(request.arguments.get("to", 1000)):
                yield {"number": number, "uid": request.peer.uid}
                if (yield request.arguments.get("pause", 0.0)):
                    yield {"stopped": True}
                    return
        finally:
            Counting.on -= 1


class Failing:
    name = "fail"

    def answer(self, request: Request):
        yield {"before": 1}
        raise ZeroDivisionError("oh")


class Flooding:
    name = "flood"

    def answer(self, request: Request):
        for _ in range(1000):
            yield {"much": "x" * 100_000}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "0123456789abcdef.agent"


@pytest.fixture
def serving(path: Path) -> Iterator[Server]:
    errors.faults.clear()
    before = threads()
    made = Server(path, (Hello(), Counting(), Failing(), Flooding()))
    made.start()
    yield made
    made.stop(DEADLINE)
    assert until(lambda: threads() == before)
    assert not path.exists()
    assert Counting.on == 0


@pytest.fixture
def ask(serving: Server, path: Path) -> Iterator[Callable[[], Asking]]:
    made: list[Asking] = []

    def connect() -> Asking:
        made.append(Asking(path))
        return made[-1]

    yield connect
    for client in made:
        client.close()


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def until(found: Callable[[], bool]) -> bool:
    end = time.monotonic() + DEADLINE
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def test_hello_says_who_answers(ask):
    part, end = ask().answer("hello")
    assert (part["part"]["pid"], part["part"]["version"]) == (os.getpid(), 1)
    assert part["part"]["operations"] == ["hello", "count", "fail", "flood"]
    assert end == {"end": True}


def test_the_socket_is_its_users_alone(serving, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_client_asks_again_and_several_at_once(ask):
    one, other = ask(), ask()
    one.send("count", to=500)
    assert [m["part"]["number"] for m in other.answer("count", to=3)[:-1]] == [0, 1, 2]
    assert len(other.answer("count", to=5)) == 6
    numbers = [one.receive()["part"]["number"] for _ in range(500)]
    assert numbers == list(range(500))
    assert one.receive() == {"end": True}


def test_the_client_is_known(ask):
    assert ask().answer("count", to=1)[0]["part"]["uid"] == os.getuid()


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"op": "nothing"}, "unknown_operation"),
        ({"op": "count", "to": 5000}, "bad_argument"),
        ({"op": "hello", "v": 2}, "version"),
        ({"op": None}, "unknown_operation"),
        ({"op": ["x"]}, "unknown_operation"),
    ],
)
def test_refusals_are_values_and_the_client_may_ask_again(ask, request_, code):
    client = ask()
    client.send(**request_)
    assert client.receive()["error"]["code"] == code
    assert client.answer("hello")[-1] == {"end": True}


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\2[]", b"\xff" * 100, b"\0\0\0\0"])
def test_garbage_is_answered_and_does_no_harm(ask, data):
    client, other = ask(), ask()
    client.socket.sendall(data)
    assert client.receive()["error"]["code"] == "bad_message"
    assert client.receive() is None  # nothing that it says can be trusted any more
    assert other.answer("hello")[-1] == {"end": True}
    assert errors.faults == {}


def test_a_fault_is_contained_counted_and_told(ask):
    client = ask()
    assert client.answer("fail")[-1]["error"]["code"] == "fault"
    assert errors.faults == {"agent: an answer": 1}
    assert client.answer("hello")[-1] == {"end": True}


def test_stop_ends_an_answer_early_in_its_pause_too(ask):
    client = ask()
    client.send("count", pause=60.0)
    assert client.receive()["part"]["number"] == 0
    client.send("stop")
    assert client.receive() == {"part": {"stopped": True}}
    assert client.receive() == {"end": True}
    assert client.answer("count", to=2)[-1] == {"end": True}  # the next answer is not stopped


@pytest.mark.parametrize("pause", [0.0, 60.0])
def test_a_client_that_leaves_leaves_nothing_on(ask, pause):
    client = ask()
    client.send("count", pause=pause)
    client.receive()
    assert Counting.on == 1
    client.close()
    assert until(lambda: Counting.on == 0)


def test_a_client_that_does_not_read_is_left(ask, monkeypatch):
    monkeypatch.setattr(conversation, "PATIENCE", 0.2)
    client = ask()
    client.send("flood")
    assert ask().answer("hello")[-1] == {"end": True}
    with suppress(OSError):
        while client.socket.recv(1 << 20):
            time.sleep(0.3)
    assert errors.faults == {}


def test_a_client_that_says_nothing_is_left(ask, monkeypatch):
    monkeypatch.setattr(conversation, "PATIENCE", 0.05)
    assert ask().receive() is None


def test_two_requests_at_once_are_one_too_many(ask):
    client = ask()
    client.send("count", pause=60.0)
    client.receive()
    client.send("hello")
    assert client.receive()["error"]["code"] == "bad_message"
    assert until(lambda: Counting.on == 0)


def test_too_many_clients_are_told_so(ask, monkeypatch):
    monkeypatch.setattr(server, "MOST_CLIENTS", 2)
    kept = [ask(), ask()]
    assert all(client.answer("hello") for client in kept)
    assert ask().receive()["error"]["code"] == "busy"
    kept[0].close()
    assert until(lambda: "error" not in (ask().answer("hello")[0] or {"error": 1}))


@contextmanager
def no_descriptor_left() -> Iterator[Callable[[], None]]:
    """Gives what lets go of them again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(int(fd.name) for fd in Path("/proc/self/fd").iterdir()) + 1, hard))

    def let_go() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        while taken:
            os.close(taken.pop())

    try:
        with suppress(OSError):
            while True:
                taken.append(os.dup(taken[0]))
        yield let_go
    finally:
        let_go()


def test_a_process_without_a_descriptor_left_answers_all_the_same(serving, path):
    """That is when one wants to know what it does. One more who comes waits until there is one again."""
    first, second, third = (Asking(path, connect=False) for _ in range(3))
    with no_descriptor_left() as let_go:
        first.connect()
        assert first.answer("count", to=3)[-1] == {"end": True}
        second.connect()
        second.socket.settimeout(0.5)
        second.send("hello")
        with pytest.raises(TimeoutError):
            second.receive()
        let_go()
        second.socket.settimeout(DEADLINE)
        assert second.receive()["part"]["pid"] == os.getpid()
    with no_descriptor_left():  # there is a spare one again
        third.connect()
        assert third.answer("hello")[-1] == {"end": True}
    for client in (first, second, third):
        client.close()
    assert errors.faults == {}


def test_another_users_process_is_turned_away(ask, monkeypatch):
    monkeypatch.setattr(sockets, "peer", lambda _: Peer(1, 4711, 4711))
    client = ask()
    assert client.receive()["error"]["code"] == "not_yours"
    assert client.receive() is None
    assert not sockets.may_ask(Peer(1, 4711, 0))
    assert sockets.may_ask(Peer(1, 0, 4711))


def test_an_answer_goes_on_after_a_rest(ask, serving):
    client = ask()
    client.send("count", to=300, pause=0.001)
    client.receive()
    before = threads()
    serving.rest(DEADLINE)
    assert until(lambda: threads() < before)  # all are gone: a fork may come
    waiting = ask()
    serving.start()
    numbers = [client.receive()["part"]["number"] for _ in range(299)]
    assert numbers == list(range(1, 300))
    assert waiting.answer("hello")[-1] == {"end": True}


def test_a_thread_that_comes_to_run_after_the_end_is_no_fault(serving):
    """On a busy machine it may be forsaken before its first step."""
    wake = socket.socket()
    wake.close()
    errors.faults.clear()
    serving._listen(wake)
    assert not errors.faults


def test_a_path_too_long_for_an_address_is_none_too_long(tmp_path):
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    path = folder / "0123456789abcdef.agent"
    made = Server(path, (Hello(),))
    made.start()
    client = sockets.connect(path, DEADLINE)
    client.close()
    made.stop(DEADLINE)
    assert not path.exists()


def test_sockets_of_the_dead_are_swept(tmp_path):
    for name in ("dead", "alive", "nobodys"):
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(tmp_path / f"{name}.agent"))
    for name in ("dead", "alive"):
        (tmp_path / f"{name}.obs").touch()
    removed = sockets.sweep(tmp_path, lambda metrics: metrics.stem == "alive")
    assert {path.stem for path in removed} == {"dead", "nobodys"}
    assert [path.name for path in tmp_path.glob("*.agent")] == ["alive.agent"]
    assert sockets.sweep(tmp_path / "nowhere", lambda _: True) == []
