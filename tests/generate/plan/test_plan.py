"""What a plan says: it counts every metric, grows with what the fleet has, and refuses what makes no sense."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from obs.cli.main import main
from obs.errors import ConfigError, ObsError
from obs.generate.plan import Fleet, Service, plan, render
from obs.generate.plan.constants import CONSTANTS
from obs.generate.plan.read import read
from obs.generate.plan.rules import rule_cost
from obs.generate.plan.series import COUNTS, by_metric
from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.metrics import catalog

EXAMPLE = Path(__file__).parents[3] / "examples" / "fleet.toml"

WEB = Service("web", targets=10, processes=4, requests=1000.0, routes=50)


def test_every_metric_of_the_catalog_is_counted() -> None:
    assert set(COUNTS) == set(catalog.CATALOG)


def test_a_route_has_a_histogram_for_each_answer() -> None:
    buckets = len(catalog.DURATION_BUCKETS) + 1
    found = by_metric(Service("web", routes=50, answers=2.0))[catalog.HTTP_SERVER_REQUEST_DURATION]
    assert found == 50 * 2.0 * (buckets + 2)


def test_a_cap_holds_and_counts_its_overflow() -> None:
    huge = by_metric(Service("web", routes=1_000_000, answers=1.0))
    metric = catalog.HTTP_SERVER_REQUEST_DURATION
    assert huge[metric] == (metric.cap + 1) * (len(metric.buckets) + 3)


def test_more_of_anything_is_more_of_what_it_makes() -> None:
    fleet = Fleet((WEB,))
    one = plan(fleet)
    twice = plan(Fleet((replace(WEB, targets=20),)))
    assert twice.totals.series == 2 * one.totals.series
    assert twice.totals.samples == 2 * one.totals.samples
    assert plan(replace(fleet, scrape_interval=30.0)).totals.samples == one.totals.samples / 2
    assert plan(replace(fleet, deploys=3.0)).totals.head > plan(replace(fleet, deploys=0.0)).totals.head * 3
    sampled = plan(Fleet((replace(WEB, sampling=1.0),)))
    assert sampled.totals.spans == 1000.0 * WEB.spans
    assert sampled.loads[0].target_cpu > one.loads[0].target_cpu


def test_spans_of_outliers_are_capped() -> None:
    failing = replace(WEB, sampling=0.0, kept=1.0)
    assert plan(Fleet((failing,))).totals.spans == 5.0 * 4 * 10


def test_a_rule_costs_the_series_that_it_reads() -> None:
    name = catalog.OBS_LOOP_ITERATIONS.name
    record = Record("service:loops:rate5m", f"sum(rate({name}[5m]))")
    on_it = Record("service:loops:again", f"{record.name} / {record.name}")
    cost = rule_cost([Group("g", (record, on_it), interval="10s")], [WEB])
    assert cost.reads == pytest.approx((10 + 2) / 10)
    assert cost.recorded == 2
    assert cost.cores == cost.reads * CONSTANTS["rule_series"].value


def test_a_small_fleet_fits_one_prometheus_and_a_large_one_does_not() -> None:
    small, large = plan(Fleet((WEB,))), plan(read(EXAMPLE))
    assert small.ways[0].when == "enough for this fleet"
    assert large.ways[0].when.startswith("too small")
    assert int(large.ways[1].parts[0].split()[0]) == -(-large.totals.head // CONSTANTS["series_server"].value)


def test_the_case_of_half_a_million_requests() -> None:
    found = plan(read(EXAMPLE))
    assert sum(service.requests for service in found.fleet.services) >= 500_000
    assert max(service.routes for service in found.fleet.services) == 1_700
    text = render.text(found, sources=True)
    assert all(constant.source in text for constant in CONSTANTS.values())
    assert json.loads(json.dumps(render.as_json(found)))["totals"]["series"] == found.totals.series


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"fleet\.toml: has no service; add a \[\[service\]\]"),
        ('[[service]]\nname = "a"', r"\[\[service\]\] 1: has neither routes nor jobs; add routes = 40"),
        ("[[service]]\nroutes = 3", r'\[\[service\]\] 1: has no "name"; add name'),
        ('[[service]]\nname = "a"\nroute = 3', r'key "route": is not a setting of obs; did you mean routes\?'),
        ('[[service]]\nname = "a"\nroutes = 1.5', r'key "routes": is .1\.5., not a whole number'),
        ('[[service]]\nname = "a"\nroutes = -1', r'key "routes": is -1; write a number of 0 or more'),
        ('[[service]]\nname = "a"\nroutes = 1\nsampling = 2', r'"sampling": is 2; write a number from 0 to 1'),
        ('[[service]]\nname = "a"\nroutes = 1\nprofiled = 1', r'"profiled": is a number, not true or false'),
        ('[[service]]\nname = "a"\nroutes = 1\ntargets = 0', r'"targets": is 0; write a number of 1 or more'),
        ("[[service]]\nname = 1\nroutes = 1", r'"name": is a number, not a text'),
        ('[fleet]\nscrape_interval = 15\n[[service]]\nname = "a"\nroutes = 1', r"not a duration; .*\"15s\""),
        ('[fleet]\nscrape = "15s"\n[[service]]\nname = "a"\nroutes = 1', r'"scrape": .* keys here are scrape_interval'),
        ('[[service]]\nname = "a"\nroutes = 1\n[[service]]\nname = "a"\njobs = 1', r'has two services "a"; rename one'),
        ("[service]\nroutes = 1", r"\[\[service\]\]: is not a list of tables; begin each with"),
        ("[[service]", r"is not TOML"),
        ("[services]", r"services.*did you mean service\?"),
    ],
)
def test_bad_input_is_said_with_file_key_and_fix(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        read(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match="can't be read"):
        read(tmp_path / "none.toml")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(EXAMPLE)]) == 0
    assert "Prometheus hierarchy" in capsys.readouterr().out
    assert main(["plan", "--routes", "1_700", "--requests", "1e3", "--scrape-interval", "30s", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["fleet"]["scrape_interval"] == 30.0
    assert found["fleet"]["services"][0]["routes"] == 1_700


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "no fleet; name a file, or say --routes"),
        (["--routes", "many"], "--routes: 'many' is not a number"),
        (["--routes", "1", "--scrape-interval", "soon"], "is 'soon', not a duration"),
        ([str(EXAMPLE), "--routes", "1"], "a file and options"),
    ],
)
def test_bad_options(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *options]) == 2
    assert said in capsys.readouterr().err
