"""Sending windows: a few times at most, never in the way, and what is lost is counted."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from obs.config.profile import Pyroscope
from obs.host.continuous.sender import ROOM, Sender
from tests.host.launched import until
from tests.profiling.sessions import chat

SESSION = replace(chat(), service="shop")


def to(url, timeout=5.0):
    return Pyroscope(url, "", "", "", (), timeout)


@pytest.fixture
def sender():
    made = []

    def make(server, **options):
        made.append(Sender(server, 10, pauses=(0.01, 0.01, 0.01), **options))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.close(time.monotonic() + 5)


def test_a_window_is_sent_once(pyroscope, sender, drops):
    server = pyroscope()
    sending = sender(to(server.url))
    sending.put(SESSION)
    until(lambda: sending.counts["sent"] == 1)
    assert len(server.pushed) == server.requests == 1
    assert sending.counts["dropped"] == 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_can_not_just_now_is_asked_again(pyroscope, sender, drops, status):
    server = pyroscope(status, status)
    sending = sender(to(server.url))
    sending.put(SESSION)
    until(lambda: sending.counts["sent"] == 1)
    assert server.requests == 3


def test_but_not_for_ever(pyroscope, sender, drops, caplog):
    server = pyroscope(*[503] * 8)
    sending = sender(to(server.url))
    sending.put(SESSION)
    sending.put(SESSION)
    until(lambda: sending.counts["dropped"] == 2)
    assert server.requests == 8
    assert drops("failed") == 2
    sending.put(SESSION)
    until(lambda: sending.counts["sent"] == 1)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"obs: {server.url} takes no profiles: 503 no thanks; they are dropped and counted until it does",
        f"obs: {server.url} takes profiles again",
    ]


@pytest.mark.parametrize("status", [302, 400, 401, 404, 413, 422])
def test_a_server_that_does_not_want_it_is_not_asked_again(pyroscope, sender, drops, status):
    server = pyroscope(status)
    sending = sender(to(server.url))
    sending.put(SESSION)
    until(lambda: sending.counts["dropped"] == 1)
    assert server.requests == 1
    assert drops("refused") == 1


def test_nobody_there_is_said_and_counted(sender, drops, caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    sending = sender(to(f"http://127.0.0.1:{port}"))
    sending.put(SESSION)
    until(lambda: sending.counts["dropped"] == 1)
    assert drops("failed") == 1
    assert "refused" in caplog.text


def test_a_server_that_never_answers_costs_the_time_out_and_no_more(sender, drops):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sending = sender(to(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05))
        sending.put(SESSION)
        until(lambda: sending.counts["dropped"] == 1)
    assert drops("failed") == 1


def test_what_waits_is_bounded_and_the_oldest_goes_first(sender, drops):
    go_on, sent = threading.Event(), []

    def slowly(message, _timeout):
        go_on.wait(10)
        sent.append(message.full_url)
        return 200

    sending = sender(to("http://p"), opened=slowly)
    sending.put(replace(SESSION, started=1000.0))
    until(lambda: sending._in_hand)
    for number in range(ROOM + 2):
        sending.put(replace(SESSION, started=2000.0 + number))
    assert drops("queue_full") == 2
    go_on.set()
    until(lambda: sending.counts["sent"] == ROOM + 1)
    assert [url.split("from=")[1][:4] for url in sent] == ["1000", "2002", "2003", "2004", "2005", "2006"]


def test_what_is_left_at_the_end_is_sent(pyroscope, drops):
    server = pyroscope()
    sending = Sender(to(server.url), 10)
    sending.put(SESSION)
    sending.put(SESSION)
    sending.start()
    sending.close(time.monotonic() + 10)
    assert len(server.pushed) == 2
    assert sending.counts == {"sent": 2, "dropped": 0}


def test_but_not_beyond_the_deadline(drops):
    go_on = threading.Event()
    sending = Sender(to("http://p"), 10, opened=lambda *_: go_on.wait(10) and 200)
    sending.start()
    sending.put(SESSION)
    sending.put(SESSION)
    until(lambda: sending._in_hand)
    sending.close(time.monotonic() + 0.05)
    assert drops("shutdown") == 2
    go_on.set()
