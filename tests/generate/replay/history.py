"""A Prometheus with a made-up history: three hours of ``chat`` and ``shop`` in ``prod``."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

BEGIN = 1_700_000_040
"""A whole minute."""
MINUTES = 180
END = BEGIN + MINUTES * 60
OWN = 'env="prod",service="chat",version="1",instance="a:9464"'
DEPLOYED, BACK = 60, 120
"""Minutes: ``shop`` goes from version 1 to 2, and back."""
FIRST, SECOND = (*range(DEPLOYED + 1), *range(BACK, MINUTES + 1)), range(DEPLOYED, BACK + 1)
VERSIONS = {"1": (FIRST, 0.1, 0.0), "2": (SECOND, 0.3, 0.1)}
"""When each version runs, the seconds that a request takes, and the part of them that fails."""


def busy(minute: int) -> float:
    """Seconds of each minute that the loop is busy: 57, from 30 to 60 minutes and from 100 to 130, else 6."""
    return 57.0 if 30 <= minute < 60 or 100 <= minute < 130 else 6.0


def samples() -> Iterator[str]:
    """OpenMetrics text."""
    total, spent = 0.0, []
    for minute in range(MINUTES + 1):
        total += busy(minute)
        spent.append((BEGIN + minute * 60, total, (minute + 1) * 60 - total))
    yield "# TYPE obs_loop_seconds counter"
    yield from (f'obs_loop_seconds_total{{{OWN},state="busy"}} {value} {at}' for at, value, _ in spent)
    yield from (f'obs_loop_seconds_total{{{OWN},state="idle"}} {value} {at}' for at, _, value in spent)
    yield "# TYPE obs_processes gauge"
    yield from (f"obs_processes{{{OWN}}} 1 {at}" for at, _, _ in spent)
    yield from (
        f"obs_processes{{{shop(version)}}} 1 {at}"
        for version, (minutes, *_) in VERSIONS.items()
        for at in times(minutes)
    )
    yield "# TYPE obs_work_info gauge"
    info = 'kind="request",work="GET /x",feature="f",team="chat-core"'
    yield from (f"obs_work_info{{{OWN},{info}}} 1 {at}" for at, _, _ in spent)
    yield from (
        f"obs_work_info{{{shop(version)},{info}}} 1 {at}"
        for version, (minutes, *_) in VERSIONS.items()
        for at in times(minutes)
    )
    yield from requests()
    yield "# TYPE up gauge"
    yield from (
        f'up{{job="obs",env="prod",service="chat",instance="a:9464"}} {int(not 150 <= minute < 160)} {at}'
        for minute, (at, _, _) in enumerate(spent)
    )
    yield "# EOF"


def shop(version: str) -> str:
    return f'env="prod",service="shop",version="{version}",instance="b:9464"'


def times(minutes: Iterable[int]) -> Iterator[int]:
    return (BEGIN + minute * 60 for minute in minutes)


def requests() -> Iterator[str]:
    """120 a minute of ``GET /x`` of shop, as histograms of one bucket."""
    yield "# TYPE http_server_request_duration_seconds histogram"
    of = 'http_request_method="GET",http_route="/x"'
    for version, (minutes, each, failing) in VERSIONS.items():
        for status, part in (('error_type=""', 1 - failing), ('error_type="500"', failing)):
            labels, name = f"{shop(version)},{of},{status}", "http_server_request_duration_seconds"
            counts = [(at, round(120 * part * number)) for number, at in enumerate(times(minutes))]
            yield from (f'{name}_bucket{{{labels},le="+Inf"}} {count} {at}' for at, count in counts)
            yield from (f"{name}_count{{{labels}}} {count} {at}" for at, count in counts)
            yield from (f"{name}_sum{{{labels}}} {count * each:.1f} {at}" for at, count in counts)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def prometheus(folder: Path, *options: str) -> Iterator[str]:
    """The URL of one that has the history, until the block ends."""
    text, data = folder / "history.om", folder / "data"
    text.write_text("\n".join(samples()) + "\n")
    promtool = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)]
    subprocess.run(promtool, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("global: {scrape_interval: 1m}\n")
    port = free_port()
    command = [
        str(shutil.which("prometheus")),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
        *options,
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(f"http://127.0.0.1:{port}/-/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


def wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
