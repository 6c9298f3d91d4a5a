"""The plan of a service beside the service itself: a real gunicorn under ``obs run``, each of its routes called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.plan import APP, application, scrape
from obs.generate.plan import Fleet
from obs.generate.plan.load import load

WITHIN = 0.2
"""What the plan may be off by."""


def test_series_and_bytes_are_what_the_plan_says() -> None:
    service = replace(APP, routes=60)
    with application(service, {}) as port:
        text = scrape(port)
    series = [line for line in text.splitlines() if line and line[0] != "#"]
    planned = load(service, Fleet((service,)))
    assert len(series) == pytest.approx(planned.target_series, rel=WITHIN)
    assert len(text.encode()) == pytest.approx(planned.scrape_bytes, rel=WITHIN)
