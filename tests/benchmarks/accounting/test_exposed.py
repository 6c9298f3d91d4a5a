"""An exposition as numbers."""

import pytest

from benchmarks.accounting.exposed import Exposed

TEXT = """\
# HELP x_total What.
x_total{work="GET /a",state="cpu"} 3.0
x_total{work="a \\"b\\", c",state="cpu"} 1.0
x_total{work="GET /a",state="wait"} 5.0
h_seconds_bucket{route="a",le="0.1"} 5.0
h_seconds_bucket{route="a",le="0.2"} 5.0
h_seconds_bucket{route="a",le="+Inf"} 5.0
h_seconds_bucket{route="b",le="0.1"} 0.0
h_seconds_bucket{route="b",le="0.2"} 5.0
h_seconds_bucket{route="b",le="+Inf"} 5.0
"""


def test_totals_are_of_all_series_with_the_labels():
    exposed = Exposed.parse(TEXT)
    assert exposed.total("x_total") == 9.0
    assert exposed.total("x_total", state="cpu") == 4.0
    assert exposed.total("x_total", work='a \\"b\\", c') == 1.0
    assert exposed.total("x") == 0.0


def test_growth_counts_new_series_from_zero():
    grown = Exposed({"a": 3.0, "b": 1.0}).since(Exposed({"a": 1.0}))
    assert grown.samples == {"a": 2.0, "b": 1.0}


def test_a_quantile_is_of_all_series_of_a_histogram():
    exposed = Exposed.parse(TEXT)
    assert exposed.quantile("h_seconds", 0.25) == pytest.approx(0.05)
    assert exposed.quantile("h_seconds", 0.75) == pytest.approx(0.15)
    assert exposed.quantile("y_seconds", 0.5) is None
