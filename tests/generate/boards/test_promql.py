"""Selectors of the boards: what is chosen, and nothing that a series hasn't."""

from __future__ import annotations

import pytest

from obs.generate.boards.labels import labels_of
from obs.generate.boards.promql import Like, ago, of, owned, quantile, share, top
from obs.generate.rules.record import Record
from obs.generate.rules.records.jobs import QUEUE_AGE
from obs.generate.rules.records.requests import VERSION_BUCKETS, WORK_P99
from obs.generate.rules.registry import GROUPS
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION, OBS_GREENLETS


def test_a_selector_asks_for_what_is_chosen_by_every_label_that_the_series_has() -> None:
    assert of(OBS_GREENLETS) == (
        'obs_greenlets{env=~"$env", service=~"$service", version=~"$version", instance=~"$instance"}'
    )
    assert of(WORK_P99) == 'work:http_server_request_duration_seconds:p99_5m{env=~"$env", service=~"$service"}'
    assert of(QUEUE_AGE) == 'queue:obs_job_oldest_age_seconds:max{env=~"$env"}'


def test_matchers_are_equal_or_alike() -> None:
    found = of(HTTP_SERVER_REQUEST_DURATION, "_count", http_route="$route", error_type=Like(".+"))
    assert found.startswith("http_server_request_duration_seconds_count{")
    assert 'http_route="$route"' in found
    assert 'error_type=~".+"' in found


def test_a_label_that_the_series_hasnt_is_refused() -> None:
    with pytest.raises(LookupError, match="obs_greenlets has no label work; it has env, service"):
        of(OBS_GREENLETS, work="GET /")
    with pytest.raises(LookupError, match="p99_5m has no label version"):
        of(WORK_P99, version="1")


def test_a_bare_name_is_no_series() -> None:
    with pytest.raises(TypeError, match="no metric of the catalog"):
        labels_of("obs_greenlets")  # type: ignore[arg-type]


def test_the_labels_of_every_record_are_known() -> None:
    records = [rule for group in GROUPS for rule in group.rules if isinstance(rule, Record)]
    assert records
    assert all("env" in labels_of(record) for record in records)


def test_top_keeps_the_same_series_over_all_of_the_time() -> None:
    found = top(3, of(WORK_P99))
    selector = of(WORK_P99)
    assert found == f"{selector} and topk(3, {selector} @ end())"


def test_top_of_raw_series_is_refused() -> None:
    with pytest.raises(ValueError, match="recorded"):
        top(3, "rate(x{}[5m])")


def test_nothing_divides_by_nothing() -> None:
    assert share("a", "b") == "a / (b > 0)"
    assert quantile(0.99, of(VERSION_BUCKETS)).endswith(" >= 0")  # NaN is not


def test_ago_moves_every_selector() -> None:
    assert ago("a{} / b{}", "1h") == "a{} offset 1h / b{} offset 1h"


def test_owned_narrows_by_feature_and_team() -> None:
    assert 'feature=~"$feature", team=~"$team"' in owned(of(WORK_P99))
