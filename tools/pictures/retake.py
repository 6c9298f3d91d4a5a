"""All pictures of the boards in docs/pictures, anew: `.venv/bin/python tools/pictures/retake.py`. See README.md.

Plays the example under `obs run` with light traffic and a deploy half-way, beside it a Prometheus as `obs generate`
configures it, and draws every board at the end, while all of it still runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import workshop

from obs.cli.demo.component import Component
from obs.cli.demo.example import free_port
from obs.cli.demo.stage import Stage

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
BEFORE, AFTER = "1.4.1", "1.4.2"
"""The versions of the service."""
WORK = "GET /home"
"""What the board of one work is drawn of: it waits for the index, and for others."""

SETUP = """
[prometheus]
targets = ["127.0.0.1:{metrics}"]
labels = {{service = "chat-api", env = "production"}}
scrape_interval = "5s"
evaluation_interval = "15s"
[rules]
hasten = {hasten:g}
"""

SERVED = 60.0
"""Seconds until the service must answer."""


def main() -> int:
    options = parse()
    if not shutil.which("prometheus"):
        print("pictures: there is no Prometheus here: apt-get install prometheus", file=sys.stderr)
        return 2
    workshop.prepare(workshop.folder(os.environ))  # minutes, the first time: nothing runs meanwhile
    with played(options) as url:
        one = ROOT / "dashboards" / "endpoint.json"
        others = [path for path in sorted((ROOT / "dashboards").glob("*.json")) if path != one]
        same = ["--from", f"{options.minutes:g}m", "--out", str(options.out)]
        return draw(url, others, same) or draw(url, [one], [*same, "--var", f"work={WORK}"])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0, help="that the example runs, and that are drawn (30)")
    parser.add_argument("--rps", type=float, default=10.0, help="requests a second (10)")
    parser.add_argument("--hasten", type=float, default=1.0, help="of the rules, as in obs.generate.toml (1: not)")
    parser.add_argument("--out", type=Path, default=PICTURES, metavar="DIR", help="where they go (docs/pictures)")
    return parser.parse_args()


@contextmanager
def played(options: argparse.Namespace) -> Iterator[str]:
    """The URL of the Prometheus, once the time is over; everything runs until the block ends."""
    with ExitStack() as ending:
        stage = ending.enter_context(Stage(2, free_port()))
        service = serve(stage, BEFORE)
        url = ending.enter_context(watched(stage, options.hasten))
        stage.start_traffic(options.rps, options.minutes * 60 + 600)
        time.sleep(options.minutes * 30)
        service.stop()
        serve(stage, AFTER)
        time.sleep(options.minutes * 30)
        yield url


def serve(stage: Stage, version: str) -> Component:
    """The service, as soon as it answers."""
    os.environ["OTEL_RESOURCE_ATTRIBUTES"] = f"deployment.environment.name=production,service.version={version}"
    service, deadline = stage.start_service(), time.monotonic() + SERVED
    while not stage.serves():
        service.check()
        if time.monotonic() > deadline:
            raise SystemExit(service.report("does not answer"))
        time.sleep(0.5)
    return service


@contextmanager
def watched(stage: Stage, hasten: float) -> Iterator[str]:
    """The URL of a Prometheus with all rules that scrapes the service."""
    setup, out, port = stage.folder / "pictures.toml", stage.folder / "monitoring", free_port()
    setup.write_text(SETUP.format(metrics=stage.port, hasten=hasten))
    generate = [sys.executable, "-m", "obs", "generate", str(out), "--config", str(setup)]
    subprocess.run(generate, check=True, cwd=out.parent, stdout=subprocess.DEVNULL)
    config, data = out / "prometheus" / "prometheus.yml", stage.folder / "data"
    places = [f"--config.file={config}", f"--storage.tsdb.path={data}", f"--web.listen-address=127.0.0.1:{port}"]
    command = ["prometheus", *places, "--log.level=warn"]
    server = Component("prometheus", command, stage.folder, cwd=stage.folder, environ=os.environ, patience=10.0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def draw(url: str, boards: list[Path], more: list[str]) -> int:
    """As board-NAME.png."""
    out = ["--prefix", "board-", "--scale", "0.9", "--var", "service=chat-api"]
    command = [sys.executable, str(ROOT / "tools/pictures/draw.py"), "--prometheus", url, *out, *more]
    return subprocess.run([*command, *map(str, boards)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
