"""The one layer over grafanalib: each of its faults, mended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from obs.generate.boards.board import Board, Row, Variable
from obs.generate.boards.grafana.frame import identity, pruned
from obs.generate.boards.panel import Bars, Column, Heatmap, Panel, Query, Stat, Step, Table, Text, TimeSeries
from obs.generate.boards.write import document, text

COMMON: dict[str, Any] = {"title": "A title", "description": "What it means.", "width": 24, "unit": "s"}
QUERY = Query("up", "{{job}}")
STEPS = (Step(0.5, "orange"), Step(1, "red"))

KINDS: tuple[Panel, ...] = (
    TimeSeries(key="lines", queries=(QUERY,), colours={"a": "#123456"}, units={"b": "bytes"}, dashed=("c",), **COMMON),
    Stat(key="stat", queries=(QUERY,), steps=STEPS, none="nothing", **COMMON),
    Table(
        key="table",
        by=("work", "env"),
        columns=(Column("Rate", "a", "reqps", STEPS), Column("P", "b", bar=True)),
        hidden=("env",),
        **COMMON,
    ),
    Heatmap(key="heat", queries=(Query("b", "{{le}}", "heatmap"),), **COMMON),
    Bars(key="bars", queries=(Query("b", "{{x}}", "instant"),), **COMMON),
    Text(key="text", content="# Hello", **COMMON),
)


def board(*panels: Panel, variables: tuple[Variable, ...] = ()) -> Board:
    rows = tuple(Row((panel,)) for panel in panels)
    return Board(name="x", title="x", description="x", rows=rows, variables=variables, annotations=())


def drawn(panel: Panel) -> dict[str, Any]:
    found: dict[str, Any] = document(board(panel))["panels"][0]
    return found


@pytest.fixture(params=KINDS, ids=lambda panel: panel.key)
def panel(request: pytest.FixtureRequest) -> dict[str, Any]:
    return drawn(request.param)


def test_a_board_is_of_grafana_10_and_not_of_5() -> None:
    found = document(board())
    assert found["schemaVersion"] == 39
    assert not {"rows", "__inputs", "sharedCrosshair", "hideControls", "style", "id"} & set(found)
    assert (found["graphTooltip"], found["editable"]) == (1, False)


def test_every_kind_has_its_datasource_a_place_and_as_many_points_as_pixels(panel: dict[str, Any]) -> None:
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert "maxDataPoints" not in panel
    assert panel["gridPos"] == {"h": 8, "w": 24, "x": 0, "y": 0}
    assert panel["interval"] == "15s"


def test_no_kind_has_a_key_without_a_value_but_for_the_first_threshold(panel: dict[str, Any]) -> None:
    def empty(value: Any, path: str = "") -> list[str]:
        if isinstance(value, dict):
            return [hit for key, item in value.items() for hit in empty(item, f"{path}.{key}")]
        if isinstance(value, list):
            return [hit for item in value for hit in empty(item, path)]
        return [path] if value is None else []

    assert all(path.endswith("steps.value") for path in empty(panel))


def test_a_target_has_what_grafana_reads_and_nothing_of_graphite() -> None:
    target = drawn(TimeSeries(key="a", queries=(Query("up", "x", "exemplars"), QUERY), **COMMON))["targets"][0]
    assert set(target) == {
        *("datasource", "editorMode", "exemplar", "expr", "format", "instant", "legendFormat", "range", "refId"),
    }
    assert (target["exemplar"], target["range"], target["instant"], target["refId"]) == (True, True, False, "A")


def test_thresholds_begin_with_null_and_not_with_the_text_null() -> None:
    steps = drawn(KINDS[1])["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps == [
        {"color": "green", "value": None},
        {"color": "orange", "value": 0.5},
        {"color": "red", "value": 1},
    ]


def test_a_stat_shows_the_last_value_in_the_colour_of_its_threshold() -> None:
    stat = drawn(KINDS[1])
    assert stat["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
    assert stat["fieldConfig"]["defaults"]["color"] == {"mode": "thresholds"}
    assert stat["fieldConfig"]["defaults"]["noValue"] == "nothing"


def test_a_table_has_colour_and_mappings_where_grafana_looks() -> None:
    table = drawn(KINDS[2])
    assert not {"color", "mappings", "columns", "fontSize"} & set(table)
    assert table["fieldConfig"]["defaults"]["color"] == {"mode": "thresholds"}
    assert "displayMode" not in table["fieldConfig"]["defaults"]["custom"]


def test_a_tables_rows_merge_since_all_queries_have_the_same_labels() -> None:
    table = drawn(KINDS[2])
    assert [target["expr"] for target in table["targets"]] == ["max by (work, env) (a)", "max by (work, env) (b)"]
    assert all(target["instant"] and target["format"] == "table" for target in table["targets"])
    merge, organize = table["transformations"]
    assert merge["id"] == "merge"
    assert organize["options"]["renameByName"] == {"Value #A": "Rate", "Value #B": "P"}


def test_a_hidden_label_stays_for_links() -> None:
    overrides = {item["matcher"]["options"]: item["properties"] for item in drawn(KINDS[2])["fieldConfig"]["overrides"]}
    assert overrides["env"] == [{"id": "custom.hidden", "value": True}]


def test_a_heatmap_is_of_the_new_model() -> None:
    heat = drawn(KINDS[3])
    assert not {"cards", "dataFormat", "yAxis", "tooltip", "color"} & set(heat)
    assert heat["options"]["yAxis"]["unit"] == "s"
    assert heat["options"]["calculate"] is False
    assert heat["targets"][0]["format"] == "heatmap"


def test_bars_have_no_options_of_grafana_6() -> None:
    bars = drawn(KINDS[4])
    assert "fieldOptions" not in bars["options"]
    assert bars["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]


def test_a_series_has_its_own_colour_unit_and_dashes() -> None:
    overrides = {item["matcher"]["options"]: item["properties"] for item in drawn(KINDS[0])["fieldConfig"]["overrides"]}
    assert overrides["a"] == [{"id": "color", "value": {"mode": "fixed", "fixedColor": "#123456"}}]
    assert {"id": "unit", "value": "bytes"} in overrides["b"]
    assert overrides["c"][0]["id"] == "custom.lineStyle"


def test_a_panel_keeps_its_number_when_another_is_put_above_it() -> None:
    alone = document(board(KINDS[0]))["panels"][0]["id"]
    below = document(board(KINDS[1], KINDS[0]))["panels"][1]["id"]
    assert alone == below == identity("x", "lines")
    assert 0 < alone < 2**31


def test_a_variable_looks_again_when_the_time_changes_and_all_is_one_pattern() -> None:
    one = Variable("service", "Service", "label_values(x, service)")
    found = document(board(variables=(one,)))["templating"]["list"]
    assert [item["name"] for item in found] == ["datasource", "service"]
    service = found[1]
    assert (service["allValue"], service["refresh"], service["multi"], service["includeAll"]) == (".+", 2, True, True)
    assert not {"auto", "auto_count", "tagsQuery", "useTags"} & set(service)


def test_pruning_keeps_a_thresholds_null() -> None:
    assert pruned({"a": None, "steps": [{"color": "red", "value": None}]}) == {
        "steps": [{"color": "red", "value": None}]
    }


def test_the_same_board_is_the_same_bytes() -> None:
    first = text(board(*KINDS))
    assert first == text(board(*KINDS))
    assert first == json.dumps(json.loads(first), indent=2, sort_keys=True) + "\n"
