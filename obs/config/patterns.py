"""Patterns of work names: ``*`` is any text, ``<*>`` is one path parameter, and the rest is itself.

A request's name is a method and a route, ``GET /users/<int:id>``; a pattern without a method holds for every method.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from obs.config.wrong import Wrong, quoted


def matches(kind: Literal["request", "job"], pattern: str, name: str) -> bool:
    """Whether ``pattern`` covers the whole of ``name``."""
    return expression(kind, pattern).fullmatch(name) is not None


def covers(kind: Literal["request", "job"], wide: str, narrow: str) -> bool:
    """Whether every name that ``narrow`` matches, ``wide`` matches too.

    Each part of ``narrow`` that may be anything is put as a character that no pattern holds: only a part of ``wide``
    that may be anything itself can match it, and then matches whatever else may stand there.
    """
    text = "".join("<\ue001>" if p == "<*>" else "\ue000" if p.startswith("*") else p for p in split(narrow))
    method = "" if kind == "job" or " " in narrow else "\ue002 "
    return matches(kind, wide, method + text)


def split(pattern: str) -> list[str]:
    """The parts of a pattern: ``<*>``, a run of ``*``, and the text between them."""
    return re.split(r"(<\*>|\*+)", pattern)


@cache
def expression(kind: Literal["request", "job"], pattern: str) -> re.Pattern[str]:
    """``pattern`` as a regular expression."""
    any_method = "(?:[^ /]+ )?" if kind == "request" and " " not in pattern else ""
    return re.compile(any_method + "".join(translated(part) for part in split(pattern)), re.DOTALL)


def translated(part: str) -> str:
    if part == "<*>":
        return "<[^<>]*>"
    return ".*" if part.startswith("*") else re.escape(part)


def route_pattern(text: str) -> str:
    """``text`` if it can match a request's name; raises :class:`Wrong`."""
    method, space, route = text.rpartition(" ")
    if space and not re.fullmatch(r"[A-Z]+|_OTHER", method):
        raise Wrong(f"{quoted(text)} doesn't begin with a method", "write it as GET /path, or /path for every method")
    if not route.startswith(("/", "*")):
        raise Wrong(f"{quoted(text)} is not a route", "begin it with /, or with * for any beginning")
    if not re.fullmatch(r"[^<>]*(?:<[^<>]+>[^<>]*)*", route):
        raise Wrong(f"{quoted(text)} has an unclosed < or >", "write one path parameter as <*>")
    return text


def job_pattern(text: str) -> str:
    """``text`` if it can match a job's name; raises :class:`Wrong`."""
    if not text.strip() or not text.isprintable():
        raise Wrong(f"{quoted(text)} is not a job's name", "write it as push.notify or push.*")
    return text
