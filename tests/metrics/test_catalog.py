from __future__ import annotations

import re

import pytest

from obs.metrics import catalog, records
from obs.metrics.catalog import CATALOG, Metric


def test_the_list_has_every_metric_of_the_module_once():
    defined = [value for value in vars(catalog).values() if isinstance(value, Metric)]
    assert sorted(m.name for m in defined) == sorted(m.name for m in CATALOG)
    assert len({m.name for m in CATALOG}) == len(CATALOG)


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.name)
def test_it_is_named_explained_and_bounded(metric):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.help.endswith(".")
    assert metric.cap > 0
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(metric.buckets)
    assert not {"service", "env", "version", "le", "pid"} & set(metric.labels)
    assert not re.search(r"_(ms|milliseconds|us|ns|kb|mb)(_|$)", metric.name)


@pytest.mark.parametrize("metric", CATALOG, ids=lambda metric: metric.name)
def test_its_definition_survives_a_file(metric):
    key, definition = records.define(metric)
    again = records.defined(records.json.loads(records.dumps(definition)))
    assert records.define(again) == (key, definition)
