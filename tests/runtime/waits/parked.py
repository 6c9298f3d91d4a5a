"""For target programs: park a greenlet in a call, and say what obs says it waits for."""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

import gevent
import gevent.event
from greenlet import getcurrent, settrace

from obs.runtime.waits import classify


def parked(wait: Callable[[], Any], ready: Callable[[], bool] | None = None) -> str:
    """What ``wait`` waits for once it is parked and ``ready()``; asked again at its resume, in the tracer's place."""
    greenlet = gevent.spawn(wait)
    with gevent.Timeout(20):
        while not (greenlet.gr_frame and (ready is None or ready())):
            assert not greenlet.ready(), "it did not wait"
            gevent.sleep(0.001)
    on = classify(greenlet.gr_frame)
    resumed = at_resume(greenlet)
    assert resumed in (on, None), (on, resumed)
    return on


def at_resume(greenlet: gevent.Greenlet) -> str | None:
    """What the tracer would say, which runs in the resumed greenlet: here it is resumed to be killed."""
    said = []

    def tracer(event: str, args: Any) -> None:
        if args[1] is greenlet and not said:
            said.append(classify(sys._getframe(0).f_back))

    settrace(tracer)
    try:
        greenlet.kill(block=False)
        gevent.sleep(0)
        assert getcurrent() is not greenlet
    finally:
        settrace(None)
    return said[0] if said else None


def conclude(main: Callable[[], Any]) -> None:
    """Print what ``main()`` returns as JSON, and end, whatever threads and greenlets still wait."""
    try:
        print(json.dumps(main()), flush=True)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


class Silent:
    """A server that answers each connection's first messages as told, and not the one after: its client waits."""

    def __init__(self, *answers: bytes, greeting: bytes = b"") -> None:
        self.answers, self.greeting = answers, greeting
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.asked = gevent.event.Event()
        self.connections: list[socket.socket] = []
        gevent.spawn(self.serve)

    def serve(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            self.connections.append(connection)
            gevent.spawn(self.answer, connection)

    def answer(self, connection: socket.socket) -> None:
        if self.greeting:
            connection.sendall(self.greeting)
        for answer in self.answers:
            connection.recv(65536)
            connection.sendall(answer)
        connection.recv(65536)
        self.asked.set()

    def is_asked(self) -> bool:
        return self.asked.is_set()
