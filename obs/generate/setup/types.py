"""Forms of values that only obs.generate.toml has."""

from __future__ import annotations

import re

from obs.config.values import Type
from obs.config.wrong import Wrong, quoted

_DURATION = re.compile(r"(?:\d+(?:ms|[wdhms]))+")
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_LABEL_KEY = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


def parse_length(text: str) -> str:
    """A duration as Prometheus writes it, left as it is."""
    if _DURATION.fullmatch(text) and any(digit != "0" for digit in re.findall(r"\d", text)):
        return text
    raise Wrong(f"{quoted(text)} is not a duration", "write it as 30s, 5m or 1h30m")


def parse_address(text: str) -> str:
    """``host:port``, as a target of Prometheus."""
    host, colon, port = text.rpartition(":")
    if colon and re.fullmatch(r"[\w.\[\]:-]+", host) and port.isdigit() and 0 < int(port) < 65536:
        return text
    raise Wrong(f"{quoted(text)} is not host:port", "write it as chat-api:9464")


def parse_name(text: str) -> str:
    """A name of Kubernetes (RFC 1123)."""
    if _NAME.fullmatch(text):
        return text
    raise Wrong(f"{quoted(text)} can't name anything in Kubernetes", "use small letters, digits and -, at most 63")


def parse_key(text: str) -> str:
    """The key of a label or an annotation of Kubernetes."""
    if _LABEL_KEY.fullmatch(text):
        return text
    raise Wrong(f"{quoted(text)} is no label of Kubernetes", "write it as grafana_dashboard or acme.io/team")


def parse_factor(text: str) -> float:
    """Above 0 and at most 1."""
    if re.fullmatch(r"[0-9]*\.?[0-9]+", text) and 0 < float(text) <= 1:
        return float(text)
    raise Wrong(f"{quoted(text)} is not a part of 1", "write 0.05 for twenty times as fast")


LENGTH = Type("duration", parse_length)
ADDRESS = Type("host:port", parse_address)
NAME = Type("name of Kubernetes", parse_name)
KEY = Type("label of Kubernetes", parse_key)
FACTOR = Type("part of 1", parse_factor, number=True)
