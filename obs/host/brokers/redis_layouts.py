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

from obs.host.brokers.standing import Head, Standing
from obs.jobs import trailer
from obs.jobs.due import due_in, number
from obs.jobs.message import SENT

Command = tuple[str | bytes | int, ...]
Look = Generator[list[Command], list[Any], Standing]
Layout = Callable[[str, Mapping[str, str]], Look]
"""Of a queue's name, and what its announcement says beside it."""

EMPTY = Standing(0, None)

FRONT = 32
"""Jobs of RQ's that were put at a queue's front, behind which the oldest is found."""
PRIORITIES = 16
"""Of a Huey, that are looked at: one round trip for each."""


def celery(queue: str, extra: Mapping[str, str]) -> Look:
    """A list for each priority: ``NAME``, ``NAME\\x06\\x163`` … Sent at the left, taken at the right.

    https://docs.celeryq.dev/en/stable/userguide/routing.html#redis-message-priorities
    """
    name, separator = extra.get("prefix", "") + queue, extra.get("separator", "\x06\x16")
    priorities = extra.get("priorities", "0,3,6,9").split(",")
    keys = [f"{name}{separator}{priority}" if priority != "0" else name for priority in priorities]
    answers = yield [command for key in keys for command in (("LLEN", key), ("LINDEX", key, -1))]
    heads = [celery_head(last) for last in answers[1::2] if isinstance(last, bytes)]
    return Standing(sum(map(checked, answers[::2])), oldest(heads))


def oldest(heads: Sequence[Head]) -> Head | None:
    """The one that stands there longest, as far as that is known."""
    return min(heads, key=lambda head: float("inf") if head.since is None else head.since, default=None)


def celery_head(message: bytes) -> Head:
    """By obs's header, and the ``eta`` of a task that isn't to run before."""
    headers = mapping(parsed(message).get("headers"))
    return Head(mark_of(message), number(headers.get(SENT)), moment(headers.get("eta")))


def rq(queue: str, _extra: Mapping[str, str]) -> Look:
    """A list of ids, taken at the left; RQ keeps in each job's hash when it came into the queue.

    A job that was put at the front is younger than those behind it: as long as they are, it goes on to look there.
    """
    key = f"rq:queue:{queue}"
    length, ids = yield [("LLEN", key), ("LRANGE", key, 0, 1)]
    if checked(length) == 0 or not ids:
        return EMPTY
    heads = yield from rq_heads(ids)
    if len(heads) == 2 and oldest(heads) is heads[1]:
        (ids,) = yield [("LRANGE", key, 1, FRONT)]
        heads = yield from rq_heads(ids)
    return Standing(length, oldest(heads))


def rq_heads(ids: Sequence[bytes]) -> Generator[list[Command], list[Any], list[Head]]:
    """Of the jobs with these ids."""
    entered = yield [("HGET", b"rq:job:" + one, "enqueued_at") for one in ids]
    return [Head(one, moment(text(when))) for one, when in zip(ids, entered, strict=True)]


def dramatiq(queue: str, extra: Mapping[str, str]) -> Look:
    """A list of ids, taken at the left, and a hash of the messages by id."""
    key = f"{extra.get('namespace', 'dramatiq')}:{queue}"
    length, first = yield [("LLEN", key), ("LINDEX", key, 0)]
    if checked(length) == 0 or first is None:
        return EMPTY
    (message,) = yield [("HGET", f"{key}.msgs", first)]
    return Standing(length, dramatiq_head(first, message))


def dramatiq_head(mark: bytes, data: object) -> Head:
    """By obs's headers among the options, else by Dramatiq's own times, which are in milliseconds."""
    message = parsed(data)
    options = mapping(message.get("options"))
    headers = mapping(options.get("obs"))
    own = milliseconds(options.get("requeue_timestamp")) or milliseconds(message.get("message_timestamp"))
    return Head(mark, number(headers.get(SENT)) or own, due_in(headers))


def huey(queue: str, extra: Mapping[str, str]) -> Look:
    """A list, taken at the right; with priorities a sorted set, whose members begin with the time in microseconds."""
    key = extra.get("key") or f"huey.redis.{queue}"
    length, last, size, first = yield [("LLEN", key), ("LINDEX", key, -1), ("ZCARD", key), first_above(key, "-inf")]
    if isinstance(length, Exception):
        return (yield from sorted_huey(key, checked(size), first))
    if not length or last is None:
        return EMPTY
    return Standing(length, Head(mark_of(last), number(trailer.read(last).get(SENT))))


def first_above(key: str, above: str) -> Command:
    """The first member of a sorted set whose score is more."""
    return ("ZRANGEBYSCORE", key, above, "+inf", "WITHSCORES", "LIMIT", 0, 1)


def sorted_huey(key: str, size: int, first: Sequence[Any]) -> Look:
    """Of the sorted set: the first of each priority has stood there longest of it, and there are few priorities."""
    heads: list[Head] = []
    while size and first and len(heads) < PRIORITIES:
        member, score = first[0] if len(first) == 1 else first  # a pair of its own since RESP 3
        stamp = int.from_bytes(member[:8], "big") / 1e6
        heads.append(Head(mark_of(member), number(trailer.read(member).get(SENT)) or stamp))
        (first,) = yield [first_above(key, "(" + as_text(score))]
    return Standing(size, oldest(heads)) if heads else EMPTY


def as_text(score: object) -> str:
    """A score as Redis takes it: clients hand on what it wrote, or a number."""
    return score.decode() if isinstance(score, bytes) else repr(score)


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
