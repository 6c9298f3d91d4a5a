"""Stands for obs's host process: takes spans from the socket of the given number and drops them, until stdin ends.

A process of its own, so that receiving costs the measured one nothing, as under ``obs run``.
"""

from __future__ import annotations

import select
import socket
import sys


def main(number: int) -> None:
    with socket.socket(fileno=number) as spans:
        while True:
            readable, _, _ = select.select([spans, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            spans.recv(65536)


if __name__ == "__main__":
    main(int(sys.argv[1]))
