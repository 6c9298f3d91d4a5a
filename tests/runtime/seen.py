"""What a piece of concurrent work sees: for the tests and, as a plain module beside them, for the target programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from obs.labels import FILE
from obs.work import Work, current


def labels() -> list[str]:
    """The names of the label frames above the caller, innermost first."""
    frame, found = sys._getframe(1), []
    while frame is not None:
        if frame.f_code.co_filename == FILE:
            found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def seen(*_args: Any, **_kwargs: Any) -> tuple[str | None, list[str]]:
    """The name of the current Work, and the labels on the stack."""
    work = current.get()
    return (work and work.name), labels()


BARE: tuple[None, list[str]] = (None, [])
"""What :func:`seen` says where nothing was carried."""


def inside(name: str) -> tuple[str, list[str]]:
    """What :func:`seen` says where that Work was carried once, and labelled once."""
    return name, [name]


@contextmanager
def serving(name: str) -> Iterator[Work]:
    """Inside a Work of that name."""
    work = Work("request", name)
    token = current.set(work)
    try:
        yield work
    finally:
        current.reset(token)


@contextmanager
def otel_context(**values: Any) -> Iterator[Any]:
    """Inside an OpenTelemetry context with those values."""
    from opentelemetry import context as otel

    made = otel.get_current()
    for name, value in values.items():
        made = otel.set_value(name, value, made)
    token = otel.attach(made)
    try:
        yield made
    finally:
        otel.detach(token)
