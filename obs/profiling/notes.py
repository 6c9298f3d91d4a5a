"""What is said of each process of a service, said once of all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

MOST = 3
"""Processes that are named, of those of which something is said."""

_PROCESS = re.compile(r"process (\d+)")
_SHARE = re.compile(r"(\d+)%")


def together(notes: Iterable[str]) -> list[str]:
    """The notes, those that differ in their process and in percentages alone as one; in their order.

    ``process 7 is …`` and ``process 8 is …`` are ``each of 2 processes (7, 8) is …``; ``4% of …`` and ``6% of …`` are
    ``4% to 6% of …``.
    """
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for note in dict.fromkeys(notes):
        alike[_SHARE.sub("%", _PROCESS.sub("process", note, count=1))].append(note)
    return [found[0] if len(found) == 1 else one(found) for found in alike.values()]


def one(notes: list[str]) -> str:
    """Those that are alike."""
    shares = iter([ranged(of) for of in zip(*map(_SHARE.findall, notes), strict=True)])
    said = _SHARE.sub(lambda _: next(shares), notes[0])
    pids = list(dict.fromkeys(pid for note in notes for pid in _PROCESS.findall(note)[:1]))
    return _PROCESS.sub(lambda _: processes(pids), said, count=1) if len(pids) > 1 else said


def ranged(shares: Iterable[str]) -> str:
    low, *_, high = sorted([*map(int, shares)] * 2)
    return f"{low}%" if low == high else f"{low}% to {high}%"


def processes(pids: list[str]) -> str:
    more = len(pids) - MOST
    return f"each of {len(pids)} processes ({', '.join(pids[:MOST])}{f' and {more} more' if more > 0 else ''})"
