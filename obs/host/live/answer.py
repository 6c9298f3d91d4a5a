"""What is sent back, as a value, and the headers that every answer bears."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from obs.host.live.refused import Refused

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Nothing from elsewhere, nothing to elsewhere, in nobody's frame."""

SHORT = 500
"""Bytes below which compressing is not worth it."""

LEVEL = 4
"""Of gzip: three times quicker than 9, and a tenth longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Its body is whole, or the parts of a stream."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | Iterable[bytes] = b""

    @property
    def line(self) -> str:
        """``404 Not Found``."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


def of_json(value: Mapping[str, Any], status: int = 200) -> Answer:
    """``value``; kept by no cache."""
    return Answer(status, (("Content-Type", "application/json"), ("Cache-Control", "no-store")), dumped(value))


def of_refusal(refused: Refused) -> Answer:
    answer = of_json({"error": refused.error, "fix": refused.fix}, refused.status)
    if refused.status == 401:
        return Answer(401, (*answer.headers, ("WWW-Authenticate", "Bearer")), answer.body)
    return answer


def download(body: bytes, name: str, content_type: str) -> Answer:
    """A file that the browser keeps, under a ``name`` of ours."""
    disposition = ("Content-Disposition", f'attachment; filename="{name}"')
    return Answer(200, (("Content-Type", content_type), ("Cache-Control", "no-store"), disposition), body)


def dumped(value: Any) -> bytes:
    """JSON in few bytes. Halves of surrogate pairs stay escaped; NaN is null before it comes here."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def compressed(answer: Answer, accepted: str) -> Answer:
    """``answer`` with gzip, if the client accepts it and it is worth it."""
    body = answer.body
    if not isinstance(body, bytes) or len(body) < SHORT or not accepts_gzip(accepted):
        return answer
    if any(name == "Content-Encoding" for name, _ in answer.headers):
        return answer
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return Answer(answer.status, headers, gzip.compress(body, LEVEL, mtime=0))


def accepts_gzip(accepted: str) -> bool:
    parts = [part.replace(" ", "").lower() for part in accepted.split(",")]
    return any(part.partition(";")[0] == "gzip" and not part.endswith((";q=0", ";q=0.0")) for part in parts)
