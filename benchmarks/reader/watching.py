"""``watching PID RATE``: a reader that looks until it is ended; it says when it has begun."""

from __future__ import annotations

import sys
from contextlib import closing

from obs.profiling.reader import Reader, Sampler


def main() -> None:
    with closing(Reader(int(sys.argv[1]))) as reader:
        sampler = Sampler(reader, int(sys.argv[2]))
        sampler.look()
        print("looking", flush=True)
        while True:
            sampler.run(1.0)
            sampler.seen.clear()


if __name__ == "__main__":
    main()
