"""How each library keeps its queues in Redis: which commands to ask with, and what the answers mean.

A look is a generator: it yields lists of commands, is sent the list of their answers (bytes, numbers, None, or the
error that a command met), and returns a :class:`Standing`. So all queues of a broker are asked together, in as many
round trips as the longest needs, and none of this knows a client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from obs.host.brokers.standing import Head, Standing, begun
from obs.jobs import trailer
from obs.jobs.due import due_in, number
from obs.jobs.message import SENT

Command = tuple[str | bytes | int, ...]
Look = Generator[list[Command], list[Any], Standing]
Layout = Callable[[str, Mapping[str, str]], Look]
"""Of a queue's name, and what its announcement says beside it."""

EMPTY = Standing(0, None)


def celery(queue: str, extra: Mapping[str, str]) -> Look:
    """A list for each priority: ``NAME``, ``NAME\\x06\\x163`` … Sent at the left, taken at the right.

    https://docs.celeryq.dev/en/stable/userguide/routing.html#redis-message-priorities
    """
    name, separator = extra.get("prefix", "") + queue, extra.get("separator", "\x06\x16")
    priorities = extra.get("priorities", "0,3,6,9").split(",")
    keys = [f"{name}{separator}{priority}" if priority != "0" else name for priority in priorities]
    answers = yield [command for key in keys for command in (("LLEN", key), ("LINDEX", key, -1))]
    heads = [Head(mark_of(last), celery_since(last)) for last in answers[1::2] if isinstance(last, bytes)]
    return Standing(sum(map(checked, answers[::2])), oldest(heads))


def oldest(heads: Sequence[Head]) -> Head | None:
    """The one that stands there longest, as far as that is known."""
    return min(heads, key=lambda head: float("inf") if head.since is None else head.since, default=None)


def celery_since(message: bytes) -> float | None:
    """By obs's header, and the ``eta`` of a task that isn't to run before."""
    headers = mapping(parsed(message).get("headers"))
    return begun(number(headers.get(SENT)), moment(headers.get("eta")))


def rq(queue: str, _extra: Mapping[str, str]) -> Look:
    """A list of ids, taken at the left; RQ keeps in each job's hash when it came into the queue."""
    key = f"rq:queue:{queue}"
    length, first = yield [("LLEN", key), ("LINDEX", key, 0)]
    if checked(length) == 0 or first is None:
        return EMPTY
    (entered,) = yield [("HGET", b"rq:job:" + first, "enqueued_at")]
    return Standing(length, Head(first, moment(text(entered))))


def dramatiq(queue: str, extra: Mapping[str, str]) -> Look:
    """A list of ids, taken at the left, and a hash of the messages by id."""
    key = f"{extra.get('namespace', 'dramatiq')}:{queue}"
    length, first = yield [("LLEN", key), ("LINDEX", key, 0)]
    if checked(length) == 0 or first is None:
        return EMPTY
    (message,) = yield [("HGET", f"{key}.msgs", first)]
    return Standing(length, Head(first, dramatiq_since(message)))


def dramatiq_since(data: object) -> float | None:
    """By obs's headers among the options, else by Dramatiq's own times, which are in milliseconds."""
    message = parsed(data)
    options = mapping(message.get("options"))
    headers = mapping(options.get("obs"))
    own = milliseconds(options.get("requeue_timestamp")) or milliseconds(message.get("message_timestamp"))
    return begun(number(headers.get(SENT)) or own, due_in(headers))


def huey(queue: str, extra: Mapping[str, str]) -> Look:
    """A list, taken at the right; with priorities a sorted set, whose members begin with the time in microseconds."""
    key = extra.get("key") or f"huey.redis.{queue}"
    length, last, size, first = yield [("LLEN", key), ("LINDEX", key, -1), ("ZCARD", key), ("ZRANGE", key, 0, 0)]
    if isinstance(length, Exception):
        return sorted_huey(checked(size), first)
    if not length or last is None:
        return EMPTY
    return Standing(length, Head(mark_of(last), number(trailer.read(last).get(SENT))))


def sorted_huey(size: int, first: Sequence[bytes]) -> Standing:
    """Of the sorted set the first is not the oldest if that is less urgent: to find it, all would have to be read."""
    if not size or not first:
        return EMPTY
    stamp = int.from_bytes(first[0][:8], "big") / 1e6
    return Standing(size, Head(mark_of(first[0]), number(trailer.read(first[0]).get(SENT)) or stamp))


LAYOUTS: dict[str, Layout] = {"celery": celery, "rq": rq, "dramatiq": dramatiq, "huey": huey}
"""By ``messaging.system``."""


def checked(answer: Any) -> int:
    """The answer that must be a number. Raises the error that it is instead: a key of another type, no permission."""
    if isinstance(answer, Exception):
        raise answer
    return int(answer)


def mark_of(message: bytes) -> bytes:
    """A message, short: the hash is only compared with others of this process."""
    return hash(message).to_bytes(8, "big", signed=True)


def parsed(data: object) -> Mapping[str, Any]:
    """A message's JSON; empty for what is none, or no object."""
    try:
        return mapping(json.loads(data)) if isinstance(data, bytes) else {}
    except (ValueError, RecursionError):
        return {}


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def text(data: object) -> str:
    return data.decode("ascii", "replace") if isinstance(data, bytes) else ""


def moment(written: object) -> float | None:
    """Unix seconds of an ISO 8601 time, UTC if it names no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return None if found is None else (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def milliseconds(value: object) -> float | None:
    return value / 1000 if isinstance(value, int | float) and not isinstance(value, bool) else None
