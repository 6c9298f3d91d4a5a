"""Keep-alive clients that ask again at once: ``python -m benchmarks.profiler.load PORT SECONDS CLIENTS PATH…``.

Prints the number of answers and the seconds that it took. Each client asks for the paths in turn, beginning at
another.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import NamedTuple

from benchmarks.harness import BenchmarkError


class Load(NamedTuple):
    requests: int
    seconds: float


class Loading:
    """A load in a process of its own."""

    def __init__(self, port: int, seconds: float, clients: int, paths: Sequence[str]) -> None:
        command = [sys.executable, "-m", "benchmarks.profiler.load", str(port), str(seconds), str(clients), *paths]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def result(self) -> Load:
        """When it is over. Raises BenchmarkError if any answer was an error: a server that refuses is fast."""
        output, _ = self._process.communicate()
        if self._process.returncode:
            raise BenchmarkError("the clients failed; they have said why")
        requests, seconds = output.split()
        return Load(int(requests), float(seconds))


def main(port: int, seconds: float, clients: int, paths: Sequence[str]) -> int:
    counts, until = [0] * clients, time.monotonic() + seconds
    wrong: list[str] = []

    def client(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        turn = number
        while time.monotonic() < until:
            connection.request("GET", paths[turn % len(paths)])
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(f"{answer.status} for {paths[turn % len(paths)]}")
                return
            counts[number] += 1
            turn += 1

    began = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*wrong[:1], file=sys.stderr)
    print(sum(counts), time.monotonic() - began)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
