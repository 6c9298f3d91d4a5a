"""The accept queue, read from outside: by port, each socket once, whoever shares it."""

from __future__ import annotations

import os
import socket
import struct
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from obs.metrics import identity, listening, sock_diag
from obs.metrics.catalog import OBS_LISTEN_QUEUE_CONNECTIONS as CONNECTIONS
from obs.metrics.catalog import OBS_LISTEN_QUEUE_LIMIT as LIMIT
from obs.metrics.exposition import of_run
from obs.metrics.listening import Listening
from obs.metrics.metric import OVERFLOW
from obs.metrics.sock_diag import Listener, listeners
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, program

ME = {"pid": os.getpid(), "started": identity.start_ticks("self"), "namespace": identity.pid_namespace()}


def source(alive: bool = True, path: Path = Path("/dev/shm/obs/run/1.obs"), **process):
    directory = SimpleNamespace(process={**ME, **process}, identity=())
    return SimpleNamespace(alive=alive, path=path, directory=directory)


def seen(watch: Listening, *sources):
    return {(metric, port): value for _, metric, port, value in watch.observe(sources)}


@pytest.fixture
def listener():
    with ExitStack() as stack:
        found = stack.enter_context(socket.socket())
        found.bind(("127.0.0.1", 0))
        found.listen(7)
        for _ in range(3):
            stack.enter_context(socket.create_connection(found.getsockname()))
        yield found


@pytest.fixture
def port(listener):
    return str(listener.getsockname()[1])


def test_who_stands_in_line_is_counted_by_port(listener, port):
    found = seen(Listening(), source())
    assert (found[CONNECTIONS, port], found[LIMIT, port]) == (3, 7)
    accepted, _ = listener.accept()
    accepted.close()
    assert seen(Listening(), source())[CONNECTIONS, port] == 2


def test_processes_that_share_a_socket_count_it_once(listener, port):
    child = os.fork()
    if child == 0:
        os.read(os.pipe()[0], 1)
        os._exit(0)
    try:
        watch = Listening()
        both = [source(), source(pid=child, started=identity.start_ticks(child))]
        assert seen(watch, *both)[CONNECTIONS, port] == 3
        assert seen(watch, *both)[LIMIT, port] == 7
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_sockets_of_one_port_are_added_up(listener, port):
    """SO_REUSEPORT: a socket for each worker."""
    with socket.socket() as first, socket.socket() as second:
        for one in (first, second):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        first.bind(("127.0.0.1", 0))
        second.bind(first.getsockname())
        first.listen(2)
        second.listen(3)
        watch = Listening()
        values = [
            v for _, metric, at, v in watch.observe([source()]) if metric is LIMIT and at == str(first.getsockname()[1])
        ]
        assert sorted(values) == [2, 3]


def test_a_socket_of_ipv6_and_of_the_file_system_are_told_of_too(tmp_path):
    with socket.socket(socket.AF_UNIX) as unix, socket.socket(socket.AF_UNIX) as client:
        unix.bind(str(tmp_path / "s"))
        unix.listen(4)
        client.connect(str(tmp_path / "s"))
        assert seen(Listening(), source())[CONNECTIONS, str(tmp_path / "s")] == 1
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6) as six:
            six.bind(("::1", 0))
            six.listen(4)
            assert seen(Listening(), source())[LIMIT, str(six.getsockname()[1])] == 4


def test_obs_own_sockets_beside_the_metrics_are_not_the_services(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(run / "5f3a.agent"))
        agent.listen(4)
        assert (CONNECTIONS, str(run / "5f3a.agent")) in seen(Listening(), source())
        assert (CONNECTIONS, str(run / "5f3a.agent")) not in seen(Listening(), source(path=run / "5f3a.obs"))


@pytest.mark.parametrize(
    "other",
    [
        source(alive=False),
        source(role="host"),
        source(namespace="pid:[42]"),
        source(started=0),
        source(started=12345),
        source(pid=1, started=identity.start_ticks(1)) if os.getuid() else source(pid=2**22 + 1),
    ],
)
def test_others_sockets_are_none_of_the_services(listener, other):
    assert seen(Listening(), other) == {}


def test_a_process_is_looked_through_again_for_new_sockets_only_and_not_at_once(monkeypatch, listener, port):
    now = [100.0]
    watch = Listening(clock=lambda: now[0])
    scans = []
    look = watch._open
    monkeypatch.setattr(watch, "_open", lambda pid, inodes: scans.append(pid) or look(pid, inodes))
    assert (CONNECTIONS, port) in seen(watch, source())
    seen(watch, source())
    assert len(scans) == 1
    with socket.socket() as second:
        second.bind(("127.0.0.1", 0))
        second.listen()
        new = (CONNECTIONS, str(second.getsockname()[1]))
        assert new not in seen(watch, source())
        now[0] += listening.AGAIN
        assert new in seen(watch, source())
    assert len(scans) == 2
    assert new not in seen(watch, source())
    assert len(scans) == 2


def test_what_a_dead_process_had_open_is_forgotten(listener):
    watch = Listening()
    seen(watch, source())
    assert watch._seen
    seen(watch, source(alive=False))
    assert not watch._seen


def test_more_ports_than_the_metric_may_have_share_a_series():
    watch = Listening(ask=lambda: [Listener(inode, str(inode), 1, None) for inode in range(150)])
    watch._open = lambda pid, inodes: inodes
    values = watch.observe([source()])
    assert len({port for _, _, port, _ in values}) == CONNECTIONS.cap + 1
    assert sum(value for _, _, port, value in values if port == OVERFLOW) == 50


def test_proc_stands_in_where_the_kernel_refuses(monkeypatch, listener, port):
    def refuses(*_):
        raise OSError("Protocol not supported")

    monkeypatch.setattr(sock_diag._Netlink, "__enter__", refuses)
    found = seen(Listening(), source())
    assert found[CONNECTIONS, port] == 3
    assert (LIMIT, port) not in found


def test_nothing_is_told_where_neither_can_be_read(monkeypatch, tmp_path):
    monkeypatch.delattr(socket, "AF_NETLINK")
    assert listeners(tmp_path) == []


def test_an_error_message_of_the_kernel_is_a_refusal():
    class Kernel:
        send = len

        def recv(self, _):
            return struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -2)

    kernel = sock_diag._Netlink()
    kernel._socket = Kernel()
    with pytest.raises(OSError, match="refuses"):
        list(kernel.dump(b""))


SERVER = """
import socket
store = Store.open(RUN_DIR, IDENTITY)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(9)
print(listener.getsockname()[1], flush=True)
sys.stdin.readline()
listener.close()
"""


def test_a_scrape_shows_it_with_the_services_labels(run_dir: Path):
    Store.open(run_dir, IDENTITY, role="host")
    with program(SERVER, run_dir) as target:
        port = target.stdout.readline().strip()
        with socket.create_connection(("127.0.0.1", int(port))):
            _, body = of_run(run_dir).bake({})
        target.communicate("\n")
    labels = f'{{env="prod",port="{port}",service="chat",version="1.2.3"}}'
    assert f"obs_listen_queue_connections{labels} 1.0" in body.decode()
    assert f"obs_listen_queue_limit{labels} 9.0" in body.decode()
