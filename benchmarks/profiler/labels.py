"""Whose the samples are: five endpoints whose greenlets take turns, each profiler in a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table
from benchmarks.profiler.load import Loading
from benchmarks.profiler.peers import PEERS, UPLOAD, Peer
from benchmarks.profiler.served import OBS_RUN, Served
from benchmarks.profiler.sink import Upload, sink
from benchmarks.profiler.truth import PATHS, Labelled, Score, score

CLIENTS = 10
LIMIT = 99.0
"""% of the samples inside a Work: DESIGN, part 7."""

VIEWS = ("cpu", "delay", "wait")
"""Those that the load has something of."""

COLUMNS = (
    Column("title", "profiler"),
    Column("right", "right, %"),
    Column("wrong", "another's, %"),
    Column("none", "none, %"),
    Column("several", "several, %"),
    Column("samples", "samples", 0),
)


def run(quick: bool) -> Found:
    seconds = 4.0 if quick else 20.0
    here = [peer for peer in PEERS if peer.why_not() is None]
    ours = of_obs(seconds)
    rows = [row(f"obs, {view}", ours[view]) for view in VIEWS]
    rows += [row(peer.title, of_peer(peer, seconds)) for peer in here]
    title = f"Labels of samples inside an endpoint, {CLIENTS} clients of five endpoints, {seconds:g} s: by weight"
    budgets = tuple(
        Budget(f"samples inside a work that bear the right one, {view}", 100 * ours[view].right, LIMIT, "%", "at least")
        for view in VIEWS
    )
    return Found(
        (Table(title, COLUMNS, tuple(rows)),), budgets, tuple(why for peer in PEERS if (why := peer.why_not()))
    )


def row(title: str, found: Score) -> Row:
    shares = {name: 100 * share for name, share in found._asdict().items() if name != "samples"}
    return {"title": title, **shares, "samples": found.samples}


def of_obs(seconds: float) -> dict[str, Score]:
    """By view."""
    from obs.profiling.file import read

    with Served(OBS_RUN) as server:
        loading = Loading(server.port, seconds + 3, CLIENTS, PATHS)
        time.sleep(1)
        file = Path(server.folder.name, "session.json")
        record(server, seconds, file)
        session = read(file)
        loading.result()
    samples: dict[str, list[Labelled]] = {view: [] for view in VIEWS}
    for sample in session.samples:
        if sample.view in samples:
            functions = tuple(frame.function for frame in session.frames_of(sample))
            labels = frozenset([sample.work] if sample.work and not sample.work.startswith("(") else [])
            samples[sample.view].append(Labelled(functions, labels, sample.weight, sample.looks))
    return {view: score(of) for view, of in samples.items()}


def record(server: Served, seconds: float, file: Path) -> None:
    """``obs profile``. Raises BenchmarkError."""
    command = [sys.executable, "-m", "obs", "profile", str(server.worker), "--seconds", str(seconds), "-o", str(file)]
    environ = {**os.environ, "OBS_RUNTIME_DIR": str(server.runtime)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"obs profile failed: {done.stderr.strip()}")


def of_peer(peer: Peer, seconds: float) -> Score:
    with sink() as uploaded, Served(peer.prefix, peer.environ(uploaded.port)) as server:
        Loading(server.port, seconds, CLIENTS, PATHS).result()
        time.sleep(UPLOAD + 1)
        samples = list(all_of(peer, uploaded.uploads))
    found = score(samples)
    if not found.samples:
        raise BenchmarkError(
            f"{peer.title} has uploaded no sample inside an endpoint ({len(uploaded.uploads)} uploads)"
        )
    return found


def all_of(peer: Peer, uploads: Sequence[Upload]) -> Iterator[Labelled]:
    for upload in uploads:
        yield from peer.read(upload)
