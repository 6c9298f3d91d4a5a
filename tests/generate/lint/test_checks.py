"""Each check of boards and rules: it finds what it is for, and nothing in a good board and a good rule."""

from __future__ import annotations

import copy
import inspect
from pathlib import Path
from typing import Any

import pytest

from obs.generate import lint
from obs.generate.lint.check import Verdict
from obs.generate.lint.checks import CHECKS, GRAFANA, examine
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.page import of_text
from obs.generate.lint.files.rule_file import RuleFile
from obs.generate.lint.options import Options
from obs.generate.lint.world import World
from obs.generate.rules.runbook import SECTIONS

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
RATE = 'sum by (service) (rate(obs_loop_seconds_total{job=~"$job",instance=~"$instance"}[$__rate_interval]))'


def variable(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": name.title(),
        "type": "query",
        "query": {"query": f"label_values(up, {name})"},
        "datasource": SOURCE,
        "multi": True,
        "allValue": ".+",
        "refresh": 2,
    }


GOOD_BOARD: dict[str, Any] = {
    "uid": "x",
    "title": "X",
    "editable": False,
    "templating": {
        "list": [
            {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"},
            variable("job"),
            variable("instance"),
        ]
    },
    "panels": [
        {
            "id": 1,
            "type": "timeseries",
            "title": "Busy",
            "description": "What it means.",
            "datasource": SOURCE,
            "fieldConfig": {"defaults": {"unit": "percentunit"}},
            "targets": [{"refId": "A", "expr": RATE}],
        }
    ],
}
GOOD_ALERT: dict[str, Any] = {
    "alert": "ObsLoopBusy",
    "expr": 'sum by (service) (rate(obs_loop_seconds_total{state="busy"}[5m])) > 0.9',
    "for": "5m",
    "labels": {"severity": "page", "team": "core"},
    "annotations": {
        "summary": "The loop is busy.",
        "description": "{{ $labels.service }} is at {{ $value | humanize }}.",
        "runbook_url": "https://r/ObsLoopBusy.md",
        "dashboard_url": "https://g/d/x?var-job={{ $labels.service }}",
    },
}


PAGES = [of_text("ObsLoopBusy.md", "# ObsLoopBusy\n" + "".join(f"## {title}\n" for title in SECTIONS))]


def found(
    board: dict[str, Any] | None = None, rules: list[dict[str, Any]] | None = None, **group: Any
) -> list[Verdict]:
    boards = [Board("x.json", board)] if board else []
    files = [RuleFile("x.rules.yaml", ({"name": "g", "interval": "1m", "rules": rules, **group},))] if rules else []
    return list(examine(World(boards, files, PAGES, Options())))


def checks(verdicts: list[Verdict]) -> set[str]:
    return {verdict.check for verdict in verdicts}


def test_a_good_board_and_a_good_rule_have_no_findings() -> None:
    assert found(GOOD_BOARD, [GOOD_ALERT]) == []


def with_panel(**changes: Any) -> dict[str, Any]:
    board = copy.deepcopy(GOOD_BOARD)
    board["panels"][0].update(changes)
    return board


def asking(expr: str, **more: Any) -> dict[str, Any]:
    return with_panel(targets=[{"refId": "A", "expr": expr, **more}])


def with_variable(name: str, /, **changes: Any) -> dict[str, Any]:
    board = copy.deepcopy(GOOD_BOARD)
    next(found for found in board["templating"]["list"] if found["name"] == name).update(changes)
    return board


def without_variable(name: str) -> dict[str, Any]:
    board = copy.deepcopy(GOOD_BOARD)
    board["templating"]["list"] = [found for found in board["templating"]["list"] if found["name"] != name]
    return board


LOKI = {"type": "loki", "uid": "${datasource}"}

BAD_BOARDS = [
    ("template-datasource-rule", without_variable("datasource")),
    ("template-datasource-rule", with_variable("datasource", name="prom")),
    ("template-datasource-rule", with_variable("datasource", label="Prom")),
    ("template-job-rule", without_variable("job")),
    ("template-job-rule", with_variable("job", multi=False)),
    ("template-job-rule", with_variable("job", allValue=".*")),
    ("template-job-rule", with_variable("job", datasource={"uid": "abc"})),
    ("template-instance-rule", without_variable("instance")),
    ("template-label-promql-rule", with_variable("job", query="label_values(up{, job)")),
    ("template-label-promql-rule", with_variable("job", query="labels(up, job)")),
    ("template-on-time-change-reload-rule", with_variable("job", refresh=1)),
    ("panel-datasource-rule", with_panel(datasource={"uid": "abc"})),
    ("panel-title-description-rule", with_panel(description="")),
    ("panel-title-description-rule", with_panel(title="")),
    ("panel-units-rule", with_panel(fieldConfig={"defaults": {"unit": "parsecs"}})),
    ("panel-units-rule", with_panel(fieldConfig={})),
    ("panel-no-targets-rule", with_panel(targets=[])),
    ("target-promql-rule", asking("sum(rate(")),
    ("target-promql-rule", asking("")),
    ("target-promql-rule", with_panel(targets=[{"refId": "A", "panelId": 7}])),
    ("target-rate-interval-rule", asking(RATE.replace("$__rate_interval", "5m"))),
    ("target-job-rule", asking(RATE.replace('job=~"$job",', ""))),
    ("target-instance-rule", asking(RATE.replace(',instance=~"$instance"', ""))),
    ("target-counter-agg-rule", asking("sum(obs_loop_iterations_total)")),
    ("target-logql-rule", asking('{app="x" |= "y"', datasource=LOKI)),
    ("target-logql-rule", asking('rate("x")', datasource=LOKI)),
    ("target-logql-auto-rule", asking('rate({app="x"}[5m])', datasource=LOKI)),
    ("uneditable-dashboard", {**GOOD_BOARD, "editable": True}),
    ("board-identity", {**GOOD_BOARD, "uid": "x" * 41}),
    ("board-identity", {**GOOD_BOARD, "panels": GOOD_BOARD["panels"] * 2}),
    ("board-variable", asking(RATE.replace('"$job"', '"$team"'))),
    ("target-topk", asking(f"topk(3, {RATE})")),
    ("target-exemplar", asking("a:b:c", exemplar=True)),
    ("known-metric", asking("sum(rate(obs_lop_seconds_total[$__rate_interval]))")),
    ("known-label", asking(RATE.replace('job=~"$job"', 'stat="busy"'))),
    ("query-cost", asking("sum(http_server_request_duration_seconds_bucket)")),
    (
        "query-cost",
        {**asking("sum(increase(obs_loop_seconds_total[$__range]))", instant=True), "time": {"from": "now-7d"}},
    ),
]


@pytest.mark.parametrize(("check", "board"), BAD_BOARDS, ids=[f"{n}-{c}" for n, (c, _) in enumerate(BAD_BOARDS)])
def test_a_bad_board_is_found(check: str, board: dict[str, Any]) -> None:
    assert check in checks(found(board))


def alert(**changes: Any) -> list[dict[str, Any]]:
    return [{**GOOD_ALERT, **changes}]


def record(expr: str, name: str = "a:b:c") -> list[dict[str, Any]]:
    return [{"record": name, "expr": expr}]


NOTES = GOOD_ALERT["annotations"]
TWO = "sum(obs_greenlets) / sum(obs_processes) > 3"

BAD_RULES = [
    ("promql-syntax", record("sum(")),
    ("promql-rate", record("sum(rate(obs_loop_seconds_total[20s]))")),
    ("promql-rate", record("sum(rate(obs_greenlets[5m]))")),
    ("promql-rate", record("sum(rate(a:b:c[5m]))")),
    ("promql-counter", record("sum(obs_loop_iterations_total)")),
    ("promql-counter", record("sum(http_server_request_duration_seconds_count)")),
    ("promql-impossible", record("sum by (service) (sum by (env) (up))")),
    ("promql-impossible", record("sum by (service) (up) / on (env, service) sum by (service, env) (up)")),
    ("promql-impossible", record("up * on (service) group_left (team) sum by (service) (up)")),
    ("promql-impossible", record("up unless sum(up)")),
    ("promql-nan", record("sum by (service) (obs_greenlets / obs_processes)")),
    ("promql-range-query", record("max_over_time(up[30d])")),
    ("promql-regexp", record('sum(up{service=~"api"})')),
    ("promql-regexp", record('sum(up{service=~"^api.*$"})')),
    ("promql-fragile", alert(expr="topk(3, sum by (service) (obs_greenlets)) > 9")),
    ("promql-fragile", [{k: v for k, v in {**GOOD_ALERT, "expr": TWO}.items() if k != "for"}]),
    ("alerts-absent", alert(expr='absent(up{service="a"})', **{"for": "15s"})),
    ("alerts-comparison", alert(expr="sum by (service) (obs_greenlets)")),
    ("alerts-comparison", alert(expr="sum by (service) (obs_greenlets) > bool 3")),
    ("alerts-for", alert(**{"for": "soon"})),
    ("alerts-for", alert(keep_firing_for="0s")),
    ("alerts-template", alert(labels={**GOOD_ALERT["labels"], "at": "{{ $value }}"})),
    ("alerts-template", alert(annotations={**NOTES, "description": "{{ $labels.work }}"})),
    ("alerts-template", alert(annotations={**NOTES, "description": "{{ $value }}"})),
    ("alerts-annotation", alert(labels={"severity": "critical", "team": "x"})),
    ("alerts-annotation", alert(annotations={**NOTES, "runbook_url": ""})),
    ("alerts-annotation", alert(labels={"severity": "page"})),
    ("rule-name", record("sum(up)", "total")),
    ("rule-name", alert(alert="loop_busy")),
    ("rule-duplicate", record("sum(up)") * 2),
    ("rule-order", [*record("a:b:c", "a:b:d"), *record("sum(up)")]),
    ("known-metric", record("sum(requests)")),
    ("known-label", record('sum(up{verb="get"})')),
]


@pytest.mark.parametrize(("check", "rules"), BAD_RULES, ids=[f"{n}-{c}" for n, (c, _) in enumerate(BAD_RULES)])
def test_a_bad_rule_is_found(check: str, rules: list[dict[str, Any]]) -> None:
    assert check in checks(found(rules=rules))


def test_a_group_that_is_evaluated_too_seldom_is_found() -> None:
    assert "group-interval" in checks(found(rules=alert(), interval="10m"))


def test_an_alert_that_leads_to_no_board_or_fills_no_variable_of_it_is_found() -> None:
    lost = alert(annotations={**NOTES, "dashboard_url": "https://g/d/y"})
    unknown = alert(annotations={**NOTES, "dashboard_url": "https://g/d/x?var-work=y"})
    assert "alerts-link" in checks(found(GOOD_BOARD, lost))
    assert "alerts-link" in checks(found(GOOD_BOARD, unknown))
    assert "alerts-link" not in checks(found(rules=lost))  # no boards are at hand to tell


def test_an_alert_without_a_page_or_with_half_a_one_is_found() -> None:
    lost = alert(annotations={**NOTES, "runbook_url": "https://r/ObsLoopBsy.md"})
    rules = [RuleFile("x.rules.yaml", ({"name": "g", "rules": alert()},))]
    half = World([], rules, [of_text("ObsLoopBusy.md", "# ObsLoopBusy\n## Meaning\n")], Options())
    assert "alerts-runbook" in checks(found(rules=lost))
    assert "alerts-runbook" in checks(list(examine(half)))
    assert "alerts-runbook" not in checks(list(examine(World([], rules, [], Options()))))  # no pages are at hand


def test_a_link_between_boards_must_lead_somewhere() -> None:
    linked = {**GOOD_BOARD, "uid": "y", "links": [{"url": "/d/z"}]}
    verdicts = list(examine(World([Board("x", GOOD_BOARD), Board("y", linked)], [], [], Options())))
    assert [verdict.check for verdict in verdicts] == ["board-links"]


def test_every_check_is_tried_here() -> None:
    others = {"group-interval", "alerts-link", "alerts-runbook", "board-links"}
    tried = {check for check, _ in (*BAD_BOARDS, *BAD_RULES)} | others
    assert tried == {check.name for check in CHECKS}


def test_grafanas_seventeen_are_there_and_every_check_has_its_help() -> None:
    assert len(GRAFANA) == 17
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(type(check).__dict__.get("__doc__") for check in CHECKS)


def test_each_check_has_a_file_of_its_name_and_is_in_the_list() -> None:
    folder = Path(lint.__file__).parent
    files = {Path(inspect.getfile(type(check))).relative_to(folder) for check in CHECKS}
    assert len(files) == len(CHECKS)
    there = {path.relative_to(folder) for path in folder.rglob("*.py") if '\n    name = "' in path.read_text()}
    assert files == there


def test_safe_forms_of_a_division_and_of_topk_are_left_alone() -> None:
    safe = record("sum by (service) (obs_greenlets / (obs_processes > 0))")
    stable = asking(f"{RATE} and topk(3, {RATE.replace('[$__rate_interval]', '[$__rate_interval] @ end()')})")
    assert "promql-nan" not in checks(found(rules=safe))
    assert "target-topk" not in checks(found(stable))


def test_the_labels_of_a_record_follow_from_what_it_is_made_of() -> None:
    rules = [*record("sum by (service, work) (obs_work_info)"), *record('max(a:b:c{team="x"})', "d:e:f")]
    assert "known-label" in checks(found(rules=rules))
    rules[1]["expr"] = 'max(a:b:c{work="x"})'
    assert "known-label" not in checks(found(rules=rules))
