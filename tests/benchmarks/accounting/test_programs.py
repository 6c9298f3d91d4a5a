"""The processes that are measured, and those that measure."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from time import perf_counter_ns
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, make_server

import pytest

from benchmarks.accounting.clients import load
from benchmarks.accounting.sender import NS
from benchmarks.accounting.tracers import TRACERS, named
from benchmarks.harness import BenchmarkError, Child
from benchmarks.stacks import bare


@pytest.mark.parametrize("setting", ["none", "within", "between", "parked", "loop"])
def test_a_switch_costs_something_in_every_setting(setting):
    with Child("benchmarks.accounting.switching", "no-op", environ={}) as child:
        assert child.ask(setting=setting, switches=400)["ns"] > 0


def test_a_peer_that_is_not_installed_is_one_line(monkeypatch):
    monkeypatch.setattr("benchmarks.accounting.tracers.find_spec", lambda _name: None)
    why = [why for tracer in TRACERS if (why := tracer.why_not())]
    assert len(why) == 2
    assert all("pip install 'obs[benchmarks]'" in line for line in why)


def test_an_unknown_tracer_is_an_error_that_lists_them():
    with pytest.raises(BenchmarkError, match="no-op"):
        named("nobody")


def test_the_sender_sends_what_time_it_is_when_it_was_asked_to():
    with Child("benchmarks.accounting.sender", environ={}) as child:
        where = child.ask()
        with socket.create_connection(("127.0.0.1", where["port"])) as tcp, socket.socket(socket.AF_UNIX) as unix:
            unix.connect(where["path"])
            for connection in (tcp, unix):
                asked = perf_counter_ns()
                connection.sendall(NS.pack(20_000_000))
                (sent,) = NS.unpack(connection.recv(NS.size, socket.MSG_WAITALL))
                assert asked + 20_000_000 <= sent <= perf_counter_ns()


def test_clients_note_every_latency_and_who_was_never_answered():
    class KeepAlive(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self):
            while True:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    return
                handler = ServerHandler(self.rfile, self.wfile, sys.stderr, self.get_environ())
                handler.http_version = "1.1"
                handler.request_handler = self
                handler.run(self.server.get_app())

        def log_message(self, *_args): ...

    with make_server("127.0.0.1", 0, bare.build(), handler_class=KeepAlive) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        began = time.perf_counter()
        answered, unanswered = load(server.server_port, 1, 0.2)
        took = time.perf_counter() - began
        server.shutdown()
        serving.join()
    assert answered
    assert len(unanswered) == 1
    assert sum(answered) + sum(unanswered) <= took * 1e9


def test_a_scene_that_is_played_without_obs_is_no_measurement(tmp_path):
    command = [sys.executable, "-m", "benchmarks.accounting.staging", "sleeps", "0.1", "1"]
    done = subprocess.run(command, env={"OBS_PORT": "no port"}, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "obs is off" in done.stderr
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(done.stdout)


def test_a_loop_on_which_works_wait_says_how_late_it_was():
    with Child("benchmarks.accounting.parking", "bare", environ={}) as child:
        late = child.ask(seconds=0.05, parked=100)
    assert late["p50_ms"] <= late["p99_ms"] <= late["max_ms"]
