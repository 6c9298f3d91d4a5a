"""Traffic for the chat API: python traffic.py --url http://127.0.0.1:8000 --rps 80 --duration 30"""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()  # before anything imports socket

import argparse
import json
import signal
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

from load.client import Client
from load.mix import pick
from load.openloop import OpenLoop, arrivals
from load.tally import Tally

LONGEST = 3600.0


def main(arguments: list[str] | None = None) -> None:
    """Run until the duration is over, or until Ctrl-C or SIGTERM; print what came of it either way."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    summary = generate(options.client, options.rps, options.duration, options.seed, options.limit)
    print(json.dumps(summary) if options.json else text(summary))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", dest="client", metavar="URL", type=client, default="http://127.0.0.1:8000")
    parser.add_argument("--rps", type=partial(within, 100_000.0), default=80.0, help="requests a second (80)")
    parser.add_argument("--duration", type=partial(within, LONGEST), default=30.0, help="seconds (30)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same requests (1)")
    parser.add_argument("--limit", type=int, default=200, help="most requests in flight; more are dropped (200)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(arguments)


def client(url: str) -> Client:
    try:
        return Client(url)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def within(most: float, value: str) -> float:
    with suppress(ValueError):
        if 0 < float(value) <= most:
            return float(value)
    raise argparse.ArgumentTypeError(f"{value!r}: a number above 0, {most:g} at most")


def generate(client: Client, rps: float, duration: float, seed: int, limit: int) -> dict[str, Any]:
    """Send the traffic and return its summary (:meth:`load.tally.Tally.summary`)."""
    chance, tally = Random(seed), Tally()
    loop = OpenLoop(client.send, tally, limit)
    with suppress(KeyboardInterrupt):
        loop.run(arrivals(rps, duration, Random(seed)), partial(pick, chance))
    client.leaving = True
    with suppress(KeyboardInterrupt):
        loop.finish(grace=10.0)
    client.close()
    return tally.summary()


def text(summary: dict[str, Any]) -> str:
    """The summary for a person: a line for each route."""
    counts = ", ".join(f"{summary[name]} {name}" for name in ("sent", "answered", "dropped", "unfinished"))
    lines = [f"{counts}; the generator was late by {summary['behind'] * 1000:.1f} ms at most"]
    for route, answers in summary["answers"].items():
        times = "  ".join(f"{name} {value * 1000:.0f} ms" for name, value in summary["seconds"].get(route, {}).items())
        statuses = "  ".join(f"{status}: {count}" for status, count in answers.items())
        lines.append(f"{route:<42} {times:<38} {statuses}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
