"""Asks a Redis about queues, within a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from obs.host.brokers.redis_layouts import LAYOUTS, Command, Look
from obs.host.brokers.standing import Standing
from obs.jobs.brokers import Broker

PATIENCE = 2.0
"""Seconds that it may take to connect, and to answer each time."""


class RedisReader:
    """One connection, made when it is first needed and after a failure. redis-py is there: the service uses it."""

    def __init__(self, address: str) -> None:
        """``address`` is a URL, ``redis://``, ``rediss://`` or ``unix://``. Raises ImportError or ValueError."""
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._client = Redis.from_url(
            address,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            decode_responses=False,
            client_name="obs",
        )

    def read(self, brokers: Iterable[Broker]) -> dict[tuple[str, str], Standing | Exception]:
        """By system and queue; an error stands for a queue that can't be read. Raises what the connection meets."""
        looks: dict[tuple[str, str], Look] = {}
        for broker in brokers:
            layout = LAYOUTS[broker.system]
            looks.update({(broker.system, queue): layout(queue, broker.extra) for queue in broker.queues})
        found: dict[tuple[str, str], Standing | Exception] = {}
        answers: dict[tuple[str, str], list[Any] | None] = dict.fromkeys(looks)
        while answers:
            asked = stepped(looks, answers, found)
            answers = dict(zip(asked, self._ask(asked.values()), strict=True)) if asked else {}
        return found

    def _ask(self, asked: Iterable[list[Command]]) -> list[list[Any] | None]:
        """The answers of each list of commands, in one round trip for all."""
        groups = list(asked)
        pipe = self._client.pipeline(transaction=False)
        for commands in groups:
            for command in commands:
                pipe.execute_command(*command)  # type: ignore[no-untyped-call]
        flat = iter(pipe.execute(raise_on_error=False))
        return [[next(flat) for _ in commands] for commands in groups]

    def close(self) -> None:
        """Let go of the connection; the next look makes a new one."""
        self._client.close()


def stepped(
    looks: Mapping[tuple[str, str], Look],
    answers: Mapping[tuple[str, str], list[Any] | None],
    found: dict[tuple[str, str], Standing | Exception],
) -> dict[tuple[str, str], list[Command]]:
    """Give each look its answers; returns what those ask that go on. What the others found is put into ``found``."""
    asked = {}
    for which, answer in answers.items():
        try:
            asked[which] = looks[which].send(answer)  # type: ignore[arg-type]  # None begins it
        except StopIteration as end:
            found[which] = end.value
        except Exception as error:
            found[which] = error
    return asked
