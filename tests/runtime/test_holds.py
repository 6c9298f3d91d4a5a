"""What obs does on a loop is timed, whatever comes of it."""

from __future__ import annotations

from time import thread_time

import pytest

from obs.metrics import catalog
from obs.metrics.store import Store
from obs.runtime import holds


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    histogram = Store.private().histogram(catalog.OBS_SELF_HOLD)
    monkeypatch.setattr(holds, "_histogram", lambda: histogram)
    return histogram.cells[histogram.index : histogram.sum_index]


def test_it_is_timed_by_what_it_used(counts: list[float]) -> None:
    def burn() -> str:
        end = thread_time() + 0.002
        while thread_time() < end:
            pass
        return "done"

    assert holds.hold(burn) == "done"
    assert (sum(counts[:4]), sum(counts)) == (0, 1)


def test_what_fails_is_timed_and_its_error_raised(counts: list[float]) -> None:
    with pytest.raises(ZeroDivisionError):
        holds.hold(lambda: 1 / 0)
    assert sum(counts) == 1
