"""alerts/ is what the lists say, promtool and amtool take it, and every alert has its cases and its page."""

from __future__ import annotations

import dataclasses
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import promql_parser
import pytest
import yaml

from obs.cli.main import COMMANDS, build
from obs.generate.rules import case, tests, write
from obs.generate.rules.case import KINDS, Case
from obs.generate.rules.cases.registry import CASES
from obs.generate.rules.inhibit import INHIBITIONS
from obs.generate.rules.override import overridden
from obs.generate.rules.registry import ALERTS, FILES, GROUPS
from obs.generate.rules.runbook import SECTIONS
from obs.generate.rules.site import Site
from obs.metrics.catalog import CATALOG
from tools import gen_rules

CONTENTS = gen_rules.contents()
TESTED = [name for name in FILES if tests.text(name, Site())]
BY_NAME = {alert.name: alert for alert in ALERTS}
OTHERS = {"up", "ALERTS", "container_cpu_cfs_throttled_periods_total"}
"""Series that are not obs's: Prometheus's own, and cAdvisor's, which a runbook names."""
EASIER = {("traffic-stopped", "share"): 1 / 0.9}
"""By how much a limit changes to be easier to reach; 0.9 for all others."""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed: apt-get install prometheus prometheus-alertmanager")
        pytest.skip(f"no {name} on this machine")
    return found


def promtool(*arguments: str, cwd: Path) -> str:
    environ = os.environ | {"GOMAXPROCS": "1", "GOGC": "800"}  # it works on one thing at a time: a fourth less CPU
    command = [program("promtool"), *arguments]
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("path", CONTENTS, ids=lambda path: path.name)
def test_the_file_is_what_the_lists_say(path):
    assert path.read_text() == CONTENTS[path], "run `python -m tools.gen_rules`"


def test_nothing_else_is_there():
    assert {path for path in gen_rules.FOLDER.rglob("*") if path.is_file()} == set(CONTENTS)


@pytest.mark.real
def test_promtool_takes_the_rules():
    output = promtool("check", "rules", *(f"{name}.rules.yaml" for name in FILES), cwd=gen_rules.FOLDER)
    assert output.count("SUCCESS") == len(FILES)


@pytest.mark.real
@pytest.mark.timeout(400)  # a second each on a free machine, a minute on a full one
@pytest.mark.parametrize("name", TESTED)
def test_the_alerts_do_what_their_cases_say(name):
    promtool("test", "rules", f"{name}.test.yaml", cwd=gen_rules.FOLDER)


@pytest.mark.real
def test_amtool_takes_the_example():
    example = str(gen_rules.FOLDER / "alertmanager.example.yaml")
    subprocess.run([program("amtool"), "check-config", example], check=True, capture_output=True)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.key)
def test_an_alert_has_each_kind_of_case(alert):
    cases = CASES[alert.key]
    assert {each.kind for each in cases} == set(KINDS)
    for each in cases:
        fires = bool(each.fires or each.firing)
        assert fires == (each.kind in ("fires", "recovers")), each.about
        assert bool(each.quiet) == (each.kind != "fires"), each.about
    assert any(each.fires for each in cases), "no case says what it says"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.key)
def test_an_alert_leads_to_a_board_of_what_it_is_about(alert):
    """Not to all jobs when one fails: what its labels name is chosen there."""
    fired = [firing for each in CASES[alert.key] for firings in each.fires.values() for firing in firings]
    about = {label for firing in fired for label in firing.labels} & {"work", "slo", "messaging_destination_name"}
    assert about <= set(alert.filters.values())


def test_every_case_is_of_an_alert():
    assert set(CASES) == {alert.key for alert in ALERTS}


@pytest.mark.real
@pytest.mark.timeout(400)
def test_what_is_just_under_the_limit_fires_with_limits_a_tenth_easier(tmp_path):
    changed = {alert.key: {"limits": easier(alert)} for alert in ALERTS if alert.limits and alert.key in MUTABLE}
    groups = {group.name: group for group in overridden(GROUPS, changed)}
    files = {name: tuple(groups[group.name] for group in held) for name, held in FILES.items()}
    for name, held in files.items():
        (tmp_path / f"{name}.rules.yaml").write_text(write.text(held, Site()))
    for name in [
        name for name in files if any(alert.key in changed for group in files[name] for alert in group.alerts)
    ]:
        asked = [
            (alert, firing(next(each for each in CASES[alert.key] if each.kind == "under")))
            for group in files[name]
            for alert in group.alerts
            if alert.key in changed
        ]
        rules = {f"{other}.rules.yaml": files[other] for other in tests.needed(name, files)}
        text = case.text(rules, asked, Site(), "", tests.EVALUATED.get(name, case.STEP))
        (tmp_path / f"{name}.test.yaml").write_text(text)
        promtool("test", "rules", f"{name}.test.yaml", cwd=tmp_path)


MUTABLE = {alert.key for name in FILES if name != "slo" for group in FILES[name] for alert in group.alerts}
"""The alerts of SLOs say it of themselves: their limits are factors of what each service promises."""


def easier(alert):
    return {name: value * EASIER.get((alert.key, name), 0.9) for name, value in alert.limits.items()}


def firing(each: Case) -> Case:
    return dataclasses.replace(each, quiet=(), firing=each.quiet[-1:])


def test_keys_and_names_are_unique():
    assert len({alert.key for alert in ALERTS}) == len(BY_NAME) == len(ALERTS)
    assert len({group.name for group in GROUPS}) == len(GROUPS)
    records = [record.name for group in GROUPS for record in group.records]
    assert len(set(records)) == len(records)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.key)
def test_a_label_never_has_a_value_in_it_and_the_summary_no_figure(alert):
    assert not [text for text in alert.labels.values() if "$value" in text]
    assert "{{" not in alert.summary
    assert "{{" in alert.description


def test_inhibitions_are_of_alerts_that_exist():
    for each in INHIBITIONS:
        assert each.source in BY_NAME, each
        assert not set(each.targets) - set(BY_NAME) - {"Obs.+"}, each


def test_expressions_name_only_metrics_of_the_catalog_and_records():
    for group in GROUPS:
        for rule in group.rules:
            assert not unknown(write.expression(rule, 60.0)), rule


def unknown(expr: str) -> set[str]:
    """Names in ``expr`` that nobody exports and no rule records."""
    parts = {f"{metric.name}{part}" for metric in CATALOG for part in ("", "_bucket", "_sum", "_count")}
    records = {record.name for group in GROUPS for record in group.records}
    return selected(promql_parser.parse(expr)) - parts - records - OTHERS


def selected(node: object) -> set[str]:
    found: set[str] = set()
    if isinstance(node, promql_parser.MatrixSelector):
        return selected(node.vector_selector)
    if isinstance(node, promql_parser.VectorSelector):
        found.add(node.name or next(each.value for each in node.matchers.matchers if each.name == "__name__"))
    for name in ("expr", "lhs", "rhs"):
        child = getattr(node, name, None)
        if child is not None:
            found |= selected(child)
    for child in getattr(node, "args", None) or ():
        found |= selected(child)
    return found


PAGES = sorted((gen_rules.FOLDER / "runbooks").glob("*.md"))


def test_every_alert_has_its_page():
    assert {page.stem for page in PAGES} == set(BY_NAME)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_sections_and_what_it_names_exists(page):
    text = page.read_text()
    titles = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert titles == [*SECTIONS, "The rule"]
    for query in queries(text):
        assert not unknown(query), query
    for command in commands(text):
        assert parsed(command), command
    for alert in {word.strip("().,;:|`[]") for word in text.split() if word.startswith("Obs")}:
        assert alert.split(".md")[0].split("]")[0] in BY_NAME, alert


def queries(text: str) -> list[str]:
    """One a line; the rule itself, at the end, is of many lines."""
    head = text.split("## The rule")[0]
    return [line for block in head.split("```promql\n")[1:] for line in block.split("```")[0].strip().splitlines()]


def commands(text: str) -> list[str]:
    """What a shell would be given, in blocks and in sentences."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    obs ")]
    return lines + [piece for piece in text.split("`")[1::2] if piece.startswith("obs ")]


def parsed(command: str) -> bool:
    """Whether the command line reads it. What stands for something (PID, NAME) is left to the reader."""
    from obs.cli.main import completed

    arguments = shlex.split(command.split(" > ")[0])[1:]
    arguments = ["4711" if each == "PID" else each for each in arguments]
    if len(arguments) == 1:
        return arguments[0] in {each.name for each in COMMANDS}
    try:
        build().parse_args(completed(arguments))
    except SystemExit:
        return False
    return True


def test_the_files_are_yaml_that_is_the_same_when_read():
    for name, groups in FILES.items():
        assert yaml.safe_load(CONTENTS[gen_rules.FOLDER / f"{name}.rules.yaml"]) == write.document(groups, Site())


PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()


def test_the_documentation_has_a_row_for_each_alert_and_each_recorded_series():
    for alert in ALERTS:
        limits = ", ".join(f"{name} {value:g}" for name, value in alert.limits.items())
        link = f"[{alert.name}](../alerts/runbooks/{alert.name}.md)"
        assert f"| {link} | {alert.severity} | {alert.summary.rstrip('.')} | {limits} | {alert.hold} |" in PAGE
    for name, groups in FILES.items():
        for record in [record for group in groups for record in group.records if "slo" not in name]:
            assert f"| `{record.name}` | {record.about} |" in PAGE
