"""docs/metrics.md is what the catalog says."""

from __future__ import annotations

from tools import gen_metrics


def test_the_page_is_the_catalog() -> None:
    assert gen_metrics.PAGE.read_text() == gen_metrics.page(), "run `python -m tools.gen_metrics`"
