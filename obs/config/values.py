"""What a setting's text may say: one :class:`Type` for each form, that parses it or says what is wrong.

Imported when the settings are loaded, never by ``import obs``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from obs.config.pairs import parse_headers, parse_pairs
from obs.config.patterns import job_pattern, route_pattern
from obs.config.wrong import Wrong, quoted


class Type(NamedTuple):
    """A form of value, as text in a variable or as a value in TOML."""

    name: str
    """As the docs call it."""
    parse: Callable[[str], Any]
    """Makes the value; raises :class:`Wrong`."""
    number: bool = False
    """Whether TOML may write it as a bare number."""
    boolean: bool = False
    """Whether TOML may write it as a boolean."""


_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
DAY = 86_400.0


def parse_duration(text: str) -> float:
    """Seconds: ``250ms``, ``1.5s``, ``2m``, or a plain number of seconds; at most a day."""
    match = re.fullmatch(rf"({_NUMBER})\s*([a-z]*)", text)
    if match is None or match[2] not in _UNITS:
        raise Wrong(f"{quoted(text)} is not a duration", "write it as 250ms, 1.5s, 2m, or a number of seconds")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > DAY:
        raise Wrong(f"{quoted(text)} is longer than a day", "write it with a unit, such as 250ms")
    return seconds


def parse_otlp_timeout(text: str) -> float:
    """Seconds of OTEL_EXPORTER_OTLP_TIMEOUT: a duration, or a plain number, which has two readings.

    OpenTelemetry's specification says milliseconds, its Python SDK reads seconds. From 1000 up it can only be the
    former.
    """
    if re.fullmatch(_NUMBER, text) and float(text) >= 1000:
        text += "ms"
    return parse_duration(text)


def parse_ratio(text: str) -> float:
    """A part of one, 0 to 1, both included."""
    if re.fullmatch(_NUMBER, text) and float(text) <= 1:
        return float(text)
    raise Wrong(f"{quoted(text)} is not a ratio", "write it as a part of 1, such as 0.01 for one per cent")


def parse_objective(text: str) -> float:
    """Per cent, above 0 and below 100: a promise of everything leaves no budget, and no alert can be made of it."""
    if re.fullmatch(_NUMBER, text) and 0 < float(text) < 100:
        return float(text)
    raise Wrong(f"{quoted(text)} is not between 0 and 100", "write the per cent that must be good, such as 99.9")


def parse_rate(text: str) -> float:
    """So many a second, 0 or more."""
    if re.fullmatch(_NUMBER, text) and float(text) <= 1e6:
        return float(text)
    raise Wrong(f"{quoted(text)} is not a rate", "write how many a second, such as 5 or 0.5")


def parse_window(text: str) -> float:
    """Seconds of a recording: a duration from a second to ten minutes."""
    seconds = parse_duration(text)
    if 1 <= seconds <= 600:
        return seconds
    raise Wrong(f"{quoted(text)} is not between 1s and 10m", "write it as 30s or 2m")


def parse_frequency(text: str) -> int:
    """Looks a second, 1 to 100."""
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 100:
        return int(text)
    raise Wrong(f"{quoted(text)} is not a number of Hz", "write a whole number from 1 to 100, such as 10")


_BYTES = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
TERABYTE = 10**12


def parse_size(text: str) -> int:
    """Bytes: ``16MB``, ``64MiB``, ``1.5GB``, or a plain number of bytes; at most a terabyte."""
    match = re.fullmatch(rf"({_NUMBER})\s*([A-Za-z]*)", text)
    if match is None or match[2].upper() not in _BYTES:
        raise Wrong(f"{quoted(text)} is not a size", "write it as 500KB, 16MB, 64MiB, or a number of bytes")
    size = float(match[1]) * _BYTES[match[2].upper()]
    if size > TERABYTE:
        raise Wrong(f"{quoted(text)} is more than a terabyte", "write it with a unit, such as 16MB")
    return int(size)


def parse_count(text: str) -> int:
    """A whole number from 1 to ten million."""
    if re.fullmatch(r"[0-9]{1,8}", text) and 1 <= int(text) <= 10_000_000:
        return int(text)
    raise Wrong(f"{quoted(text)} is not a count", "write a whole number from 1 to 10000000")


def parse_port(text: str) -> int:
    """A TCP port, or 0 for any that is free."""
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65535:
        return int(text)
    raise Wrong(f"{quoted(text)} is not a port", "write a number from 1 to 65535, or 0 for any free one")


def parse_host(text: str) -> str:
    """A name or an address to listen on, without a port: an IPv6 address stands bare, as ``::1``."""
    if re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*", text):
        return text
    raise Wrong(f"{quoted(text)} is not a host", "write a name or an address such as 127.0.0.1, and the port by itself")


def parse_url(text: str) -> str:
    """An http or https URL."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if usable and text.isprintable() and " " not in text:
        return text
    raise Wrong(f"{quoted(text)} is not a URL", "write it whole, such as http://collector:4318")


def parse_switch(text: str) -> bool:
    """``true`` or ``false``, in any case, as OpenTelemetry writes booleans."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise Wrong(f"{quoted(text)} is neither true nor false", "write true or false")


def parse_text(text: str) -> str:
    """A name: on one line, at most 200 characters, since it becomes a label of every series."""
    if not text:
        raise Wrong("is empty", "write a name")
    if len(text) > 200:
        raise Wrong(f"has {len(text)} characters", "shorten it to 200")
    if not text.isprintable():
        raise Wrong(f"{quoted(text)} holds characters that can't be shown", "leave them out")
    return text


def parse_secret(text: str) -> str:
    """A password or a token; an error doesn't repeat it."""
    if text.isprintable() and 0 < len(text) <= 4096:
        return text
    raise Wrong("is not a password or a token", "write up to 4096 characters on one line")


def parse_token(text: str) -> str:
    """What a URL and a header can bear as it is; an error doesn't repeat it."""
    if re.fullmatch(r"[A-Za-z0-9._~-]{16,200}", text):
        return text
    raise Wrong(
        "is no token",
        "write 16 to 200 letters, digits and ._~- (python -c 'import secrets; print(secrets.token_urlsafe())')",
    )


def parse_module(text: str) -> str:
    """A dotted name, as a module, a class or a function has it."""
    if all(part.isidentifier() for part in text.split(".")) and len(text) <= 200:
        return text
    raise Wrong(f"{quoted(text)} is not a dotted name", "write it as in Python, such as acme.rpc")


def parse_wait(text: str) -> str:
    """What a wait is called: short and plain, since it becomes a label."""
    if re.fullmatch(r"[a-z][a-z0-9_.-]{0,39}", text):
        return text
    raise Wrong(
        f"{quoted(text)} can't name a wait", "write up to 40 small letters, digits and -_., such as sql or acme-rpc"
    )


def parse_path(text: str) -> Path:
    """An absolute path: processes of one service may have different current folders."""
    path = Path(text)
    if path.is_absolute() and "\0" not in text:
        return path
    raise Wrong(f"{quoted(text)} is not an absolute path", "write the whole path, such as /dev/shm/obs")


def choice(*names: str, fix: str = "") -> Type:
    """One of ``names``, in any case. ``fix`` says what to do if the names alone don't."""

    def parse(text: str) -> str:
        if text.lower() in names:
            return text.lower()
        raise Wrong(f"{quoted(text)} is not known here", fix or f"use one of {', '.join(names)}")

    return Type(", ".join(f"`{name}`" for name in names), parse)


TEXT = Type("text", parse_text)
SECRET = Type("text", parse_secret)
TOKEN = Type("token", parse_token)
MODULE = Type("dotted name", parse_module)
WAIT = Type("name of a wait", parse_wait)
PATH = Type("absolute path", parse_path)
HOST = Type("host", parse_host)
URL = Type("URL", parse_url)
DURATION = Type("duration", parse_duration, number=True)
WINDOW = Type("duration, 1s to 10m", parse_window, number=True)
FREQUENCY = Type("Hz, 1 to 100", parse_frequency, number=True)
SIZE = Type("size", parse_size, number=True)
OTLP_TIMEOUT = Type("duration", parse_otlp_timeout)
RATIO = Type("ratio", parse_ratio, number=True)
OBJECTIVE = Type("per cent", parse_objective, number=True)
RATE = Type("number a second", parse_rate, number=True)
COUNT = Type("count", parse_count, number=True)
PORT = Type("port", parse_port, number=True)
SWITCH = Type("`true` or `false`", parse_switch, boolean=True)
PAIRS = Type("`key=value,…`, percent-encoded", parse_pairs)
HEADERS = Type("`key=value,…`, percent-encoded", parse_headers)
ROUTE = Type("route pattern", route_pattern)
JOB = Type("job pattern", job_pattern)
