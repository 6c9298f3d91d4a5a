"""What was in progress in a process that died is in counters afterwards, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from obs.metrics.catalog import CATALOG, OBS_SLI, OBS_SLI_ACTIVE, OBS_SLI_ERRORS
from obs.metrics.fold import fold
from obs.metrics.heirs import HEIRS
from obs.metrics.reader import Reader
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, files, of, run, values

BEGIN = """
store = Store.open(RUN_DIR, IDENTITY)
store.counter(OBS_SLI, "a", "f").add(5)
store.counter(OBS_SLI_ERRORS, "a", "f").add(1)
store.gauge(OBS_SLI_ACTIVE, "a", "f").add(3)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(run_dir: Path) -> None:
    run(f"child = os.fork()\nif not child:\n{indented(BEGIN)}\nos.waitpid(child, 0)", run_dir)


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def sli(found: dict[tuple[str, ...], Any]) -> tuple[Any, Any, Any]:
    names = ("obs_sli_total", "obs_sli_errors_total", "obs_sli_active")
    total, errors, active = (found.get((name, "a", "f")) for name in names)
    return total, errors, active


def test_it_is_added_before_and_after_the_fold_and_never_twice(run_dir: Path) -> None:
    for dead in (1, 2):
        killed(run_dir)
        expected = ([8.0 * dead], [4.0 * dead], None)
        assert sli(values(run_dir)) == expected
        assert fold(run_dir) == 1
        assert sli(values(run_dir)) == expected
        assert fold(run_dir) == 0
    assert files(run_dir) == ["folded.obs"]


def test_a_reader_that_saw_it_alive_sees_its_counters_only_rise(run_dir: Path) -> None:
    ours = Store.open(run_dir, IDENTITY)
    ours.gauge(OBS_SLI_ACTIVE, "a", "f").add(1)
    reader = Reader(run_dir)
    assert sli(of(reader)) == (None, None, [1.0])
    killed(run_dir)
    assert sli(of(reader)) == ([8.0], [4.0], [1.0])
    fold(run_dir)
    assert sli(of(reader)) == ([8.0], [4.0], [1.0])
    reader.close()


def test_who_left_its_file_and_lives_leaves_nothing(run_dir: Path) -> None:
    store = Store.open(run_dir, IDENTITY)
    store.gauge(OBS_SLI_ACTIVE, "a", "f").add(1)
    store.counter(OBS_SLI, "a", "f").add(1)
    store.detach()
    assert sli(values(run_dir)) == ([1.0], None, None)
    fold(run_dir)
    assert sli(values(run_dir)) == ([1.0], None, None)


def test_those_that_inherit_are_counters_with_the_same_labels() -> None:
    by_name = {metric.name: metric for metric in CATALOG}
    for name, found in HEIRS.items():
        assert by_name[name].kind == "gauge"
        assert by_name[name].cells == 1
        for heir in found:
            assert (heir.kind, heir.labels, heir.cells) == ("counter", by_name[name].labels, 1)
    assert HEIRS[OBS_SLI_ACTIVE.name] == (OBS_SLI, OBS_SLI_ERRORS)
