"""``key=value,key=value`` in OpenTelemetry's variables.

https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable and
https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables: both are W3C
Baggage without properties, keys and values percent-encoded. As OpenTelemetry's SDKs do, an unencoded space and a second
``=`` in a value are let through. An error never shows the value: it may be a token.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from obs.config.wrong import Wrong, quoted

Pairs = tuple[tuple[str, str], ...]


def parse_pairs(text: str) -> Pairs:
    """The decoded pairs in order; of equal keys the last counts."""
    items = enumerate(text.split(","), 1)
    return tuple(dict(pair(item, number) for number, item in items if item.strip()).items())


def parse_headers(text: str) -> Pairs:
    """The decoded pairs with names in lower case, each fit to be sent as an HTTP header."""
    headers = {name.lower(): value for name, value in parse_pairs(text)}
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9a-z-]+", name):  # RFC 9110, 5.6.2: token
            raise Wrong(f"{quoted(name)} is not the name of a header", "write name=value, separated by commas")
        if not (value.isascii() and value.isprintable()):
            raise Wrong(f"the value of {name} is not printable ASCII", "encode it as the receiver expects")
    return tuple(headers.items())


def pair(item: str, number: int) -> tuple[str, str]:
    """The key and value of one ``key=value``, the ``number``-th."""
    key, equals, value = item.partition("=")
    key = decode(key.strip(), "a key")
    if not equals or not key:
        raise Wrong(f"item {number} is not key=value", "separate pairs by commas, and write a comma inside one as %2C")
    return key, decode(value.strip(), f"the value of {key}")


def decode(text: str, what: str) -> str:
    """``text`` with its percent escapes decoded. Raises :class:`Wrong` for a broken escape or one that isn't UTF-8."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise Wrong(f"{what} holds a % that begins no escape", "write a per cent sign as %25")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Wrong(f"{what} is not UTF-8 once decoded", "percent-encode the text's UTF-8 bytes") from None
