"""obs's host process, as far as a sampled request pays for it: receives spans on the socket of the given number, with
the receiver of ``obs run``, until stdin ends. What waking it costs is on the sender's bill.

A process of its own, so that decoding is not. The spans go nowhere: so do those of the peers.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from time import monotonic

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from obs.config import Config
from obs.host.spans import SpanReceiver


class Dropping:
    """An exporter to nowhere."""

    def export(self, _spans: Sequence[ReadableSpan], /) -> SpanExportResult:
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None: ...


def main(number: int) -> None:
    with socket.socket(fileno=number) as spans:
        receiver = SpanReceiver(spans, Config.load({}), Dropping())
        receiver.start()
        sys.stdin.read()
        receiver.close(monotonic() + 1.0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
