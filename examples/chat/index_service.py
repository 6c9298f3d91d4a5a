"""The index service: another team's program, which the chat API asks over TCP and can only wait for.

A line of JSON is a question, a line of JSON its answer. Searching is quick for most and slow for a few: its times have
a heavy tail. For drills it can be told to be slow, or to say nothing. It listens on the socket whose file descriptor is
its argument, and ends when its standard input does, so that it never outlives who started it.
"""

from __future__ import annotations

import json
import random
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer

chance = random.Random()


def search(question: dict[str, Any]) -> dict[str, Any]:
    """Some message ids after 8 ms or more: 1 in 4 takes twice that, 1 in 100 ten times (a Pareto tail, at most 2 s)."""
    gevent.sleep(min(0.008 * chance.paretovariate(2.0), 2.0))
    return {"messages": chance.sample(range(1, 4_000), k=len(str(question["words"])) % 10 + 1)}


def learn(_question: dict[str, Any]) -> dict[str, Any]:
    """Index a message, in 5 to 15 ms."""
    gevent.sleep(chance.uniform(0.005, 0.015))
    return {}


def unread(question: dict[str, Any]) -> dict[str, Any]:
    """How many unread messages the channel has, after 2 to 10 ms."""
    gevent.sleep(chance.uniform(0.002, 0.010))
    return {"count": int(question["channel"]) * 7 % 30}


@dataclass(frozen=True, slots=True)
class Drill:
    """What goes wrong on purpose with one kind of question."""

    delay: float = 0.0
    """Seconds that each answer takes longer."""
    silent: float = 0.0
    """The part of the questions that get no answer: the connection ends instead."""


drills: dict[str, Drill] = {}


def drill(question: dict[str, Any]) -> dict[str, Any]:
    """From now on: ``{"question": "drill", "of": "search", "delay": 1.5}``; without delay and silent all is well."""
    drills[str(question["of"])] = Drill(float(question.get("delay", 0)), float(question.get("silent", 0)))
    return {}


QUESTIONS = {"drill": drill, "learn": learn, "search": search, "unread": unread}


def serve(connection: Any, _address: Any) -> None:
    """Answer every line of one connection. The client that sends nonsense is cut off, and told why on stderr."""
    with connection, connection.makefile("rwb") as lines:
        for line in lines:
            question = json.loads(line)
            answer = QUESTIONS[question["question"]](question)
            wrong = drills.get(question["question"], Drill())
            gevent.sleep(wrong.delay)
            if chance.random() < wrong.silent:
                return
            lines.write(json.dumps(answer).encode() + b"\n")
            lines.flush()


def main(descriptor: int) -> None:
    """Serve until standard input ends."""
    listener = socket.socket(fileno=descriptor)  # type: ignore[attr-defined]  # gevent fills this module at run time
    server = StreamServer(listener, serve)
    server.start()
    with suppress(KeyboardInterrupt):  # Ctrl-C reaches every program of the terminal
        gevent.get_hub().threadpool.apply(sys.stdin.buffer.read)
    server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
