"""A meter reads a run that may end while it is watched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from obs.errors import ObsError
from obs.host.cost import meter
from obs.host.runs import LiveRun
from obs.metrics.catalog import PROCESS_CPU
from obs.metrics.store import Identity, Store


def test_what_is_spent_while_it_watches_is_what_it_says(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "run", Identity("chat-api"), role="host")
    cpu = store.counter(PROCESS_CPU)
    cpu.add(5.0)
    ledger, seconds = meter.over(LiveRun(tmp_path / "run", "chat-api", (1,), 0.0), 1.0, lambda _: cpu.add(2.0))
    assert ledger.process_cpu == 2.0
    assert seconds > 0
    store.detach()


def test_a_run_that_ends_meanwhile_is_an_error_that_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "run", Identity("chat-api"))
    with pytest.raises(ObsError, match="the run has ended"):
        meter.over(LiveRun(tmp_path / "run", "chat-api", (1,), 0.0), 1.0, lambda _: shutil.rmtree(tmp_path / "run"))
    store.detach()
