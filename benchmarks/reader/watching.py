"""``watching PID RATE``: a reader that looks until it is ended, as ``obs profile`` does; it says when it has begun."""

from __future__ import annotations

import sys
from time import sleep

from obs.host.cpu.recorded import Asked
from obs.host.cpu.streams import Streams


def main() -> None:
    pid, rate = int(sys.argv[1]), int(sys.argv[2])
    reading = Streams(rate).record(Asked(pid, rate, 0.0))
    print("looking", flush=True)
    while True:
        sleep(1.0)
        reading.begin()


if __name__ == "__main__":
    main()
