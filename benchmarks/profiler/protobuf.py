"""As much of protobuf and pprof as it takes to read what a profiler sends.

https://protobuf.dev/programming-guides/encoding/ and https://github.com/google/pprof/blob/main/proto/profile.proto.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

Fields = dict[int, list[int | bytes]]


class Sample(NamedTuple):
    functions: tuple[str, ...]
    values: dict[str, int]
    """By sample type."""
    labels: tuple[tuple[str, str], ...]
    """Those that are texts."""


def fields(data: bytes) -> Fields:
    """The fields of a message, by number. Raises IndexError or ValueError for what is none."""
    found: defaultdict[int, list[int | bytes]] = defaultdict(list)
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = field(data, at, key & 7)
        found[key >> 3].append(value)
    return found


def field(data: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == 0:
        return varint(data, at)
    if wire == 2:
        size, at = varint(data, at)
        return data[at : at + size], at + size
    size = {1: 8, 5: 4}[wire]
    return data[at : at + size], at + size


def varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def numbers(of: list[int | bytes]) -> Iterator[int]:
    """A repeated number, packed or not."""
    for value in of:
        at = 0
        while isinstance(value, bytes) and at < len(value):
            number, at = varint(value, at)
            yield number
        if isinstance(value, int):
            yield value


def messages(of: list[int | bytes]) -> Iterator[Fields]:
    return (fields(value) for value in of if isinstance(value, bytes))


def first(message: Fields, number: int) -> int:
    """A number, 0 if it isn't there."""
    return next((value for value in message.get(number, []) if isinstance(value, int)), 0)


def samples(profile: bytes) -> list[Sample]:
    """The samples of an uncompressed pprof Profile."""
    found = fields(profile)
    texts = [value.decode(errors="replace") for value in found[6] if isinstance(value, bytes)]
    names = {first(each, 1): texts[first(each, 2)] for each in messages(found[5])}
    places = {first(each, 1): [names[first(line, 1)] for line in messages(each[4])] for each in messages(found[4])}
    types = [texts[first(each, 1)] for each in messages(found[1])]
    return [sample(each, texts, places, types) for each in messages(found[2])]


def sample(message: Fields, texts: list[str], places: dict[int, list[str]], types: list[str]) -> Sample:
    stack = (name for location in numbers(message[1]) for name in places.get(location, []))
    labels = ((texts[first(each, 1)], texts[first(each, 2)]) for each in messages(message[3]) if first(each, 2))
    return Sample(tuple(stack), dict(zip(types, numbers(message[2]), strict=True)), tuple(labels))
