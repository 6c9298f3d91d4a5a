"""Both formats, as those who read them check them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.config.document import Document
from obs.errors import ObsError
from obs.generate.output.content import Content
from obs.generate.output.formats import FORMATS, written
from obs.generate.output.kubernetes.config_map import config_map
from obs.generate.output.kubernetes.metadata import MOST
from obs.generate.output.kubernetes.prometheus_rule import prometheus_rules
from obs.generate.output.make import content
from obs.generate.output.names import FORMAT_NAMES
from obs.generate.setup import Alertmanager, Grafana, Kubernetes, Prometheus, Setup
from obs.generate.setup.read import setup as read_setup

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
GROUP = {"name": "obs-x", "interval": "1m", "rules": [{"record": "a:b:c", "expr": "sum(up)"}]}
SMALL = Content({"overview": {"uid": "obs-overview", "panels": []}}, {"x": {"groups": [GROUP]}}, {}, {}, (), ("core",))


@pytest.fixture(scope="module")
def whole() -> Content:
    return content(Setup(), None)


def put(folder: Path, name: str, found: Content, setup: Setup) -> None:
    for file in written(name, found, setup):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)


def test_the_names_of_the_command_line_are_the_formats() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES


def test_the_same_content_is_the_same_bytes(whole: Content) -> None:
    for name in FORMATS:
        assert written(name, whole, Setup()) == written(name, content(Setup(), None), Setup())


@pytest.mark.real
def test_prometheus_and_alertmanager_take_their_configurations(whole: Content, tmp_path: Path) -> None:
    setup = Setup(
        prometheus=Prometheus(targets=("a:9464",), labels={"service": "a", "env": "b"}),
        alertmanager=Alertmanager(webhook="http://localhost:1/", teams={'co"re': "http://localhost:2/"}),
        grafana=Grafana(tempo="http://tempo:3200", pyroscope="http://pyroscope:4040"),
    )
    put(tmp_path, "files", whole, setup)
    done = subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus/prometheus.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run(
        ["amtool", "check-config", tmp_path / "alertmanager/alertmanager.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def parsed(setup: Setup, path: str) -> Any:
    return next(yaml.safe_load(file.text) for file in written("files", SMALL, setup) if file.path == path)


def test_targets_have_the_labels_that_up_needs_and_the_series_keep_their_own() -> None:
    setup = Setup(prometheus=Prometheus(targets=("a:9464",), labels={"env": "prod"}))
    files = {file.path: file.text for file in written("files", SMALL, setup, "chat")}
    (scrape,) = yaml.safe_load(files["prometheus/prometheus.yml"])["scrape_configs"]
    assert scrape["honor_labels"] is True
    assert scrape["static_configs"] == [{"targets": ["a:9464"], "labels": {"service": "chat", "env": "prod"}}]


def test_datasources_lead_from_exemplar_to_trace_to_profile() -> None:
    linked = Setup(grafana=Grafana(tempo="http://t", pyroscope="http://p"))
    found = parsed(linked, "grafana/provisioning/datasources/obs.yaml")
    by_type = {source["type"]: source for source in found["datasources"]}
    (exemplars,) = by_type["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert exemplars == {"name": "trace_id", "datasourceUid": by_type["tempo"]["uid"]}
    profiles = by_type["tempo"]["jsonData"]["tracesToProfiles"]
    assert profiles["datasourceUid"] == by_type["grafana-pyroscope-datasource"]["uid"]
    alone = parsed(Setup(), "grafana/provisioning/datasources/obs.yaml")["datasources"]
    assert [source["type"] for source in alone] == ["prometheus"]
    assert "exemplarTraceIdDestinations" not in alone[0]["jsonData"]


def test_each_team_that_is_known_has_a_route() -> None:
    found = parsed(Setup(alertmanager=Alertmanager(webhook="http://w")), "alertmanager/alertmanager.yml")
    assert found["route"]["routes"][0]["matchers"] == ['team="core"']
    assert [receiver["name"] for receiver in found["receivers"]] == ["everybody", "team core"]


def test_kubernetes_objects_have_what_their_kinds_require(whole: Content) -> None:
    setup = Setup(kubernetes=Kubernetes(labels={"release": "prom"}))
    files = [file for file in written("kubernetes", whole, setup) if file.path.startswith("kubernetes/")]
    values = [yaml.safe_load(file.text) for file in files]
    kinds = {value["kind"]: value["apiVersion"] for value in values}
    assert kinds == {
        "PodMonitor": "monitoring.coreos.com/v1",
        "PrometheusRule": "monitoring.coreos.com/v1",
        "ConfigMap": "v1",
        "Kustomization": "kustomize.config.k8s.io/v1beta1",
    }
    objects = [value for value in values if value["kind"] != "Kustomization"]
    names = [(value["kind"], value["metadata"]["name"]) for value in objects]
    assert len(set(names)) == len(names)
    for value in objects:
        assert NAME.fullmatch(value["metadata"]["name"])
        assert value["metadata"]["namespace"] == "monitoring"
        assert value["metadata"]["labels"]["release"] == "prom"
    for value in (value for value in objects if value["kind"] == "ConfigMap"):
        assert value["metadata"]["labels"]["grafana_dashboard"] == "1"
        ((key, text),) = value["data"].items()
        assert re.fullmatch(r"[-._a-zA-Z0-9]+", key)
        assert json.loads(text)["uid"].startswith("obs-")
        assert len(text.encode()) <= MOST
    rules = [value for value in objects if value["kind"] == "PrometheusRule"]
    assert sum(len(value["spec"]["groups"]) for value in rules) == sum(len(d["groups"]) for d in whole.rules.values())
    (monitor,) = [value for value in objects if value["kind"] == "PodMonitor"]
    assert monitor["spec"]["selector"]["matchLabels"]
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["honorLabels"] is True
    assert {step["targetLabel"] for step in endpoint["relabelings"]} == {"service", "env", "version", "job"}
    (kustomization,) = [value for value in values if value["kind"] == "Kustomization"]
    assert len(kustomization["resources"]) == len(objects)


def test_a_board_too_large_for_a_config_map_is_made_compact_or_refused() -> None:
    wide = {"uid": "x", "panels": [[[[[1]]]]] * 60_000}
    assert len(config_map("x", wide, Setup(), "")["data"]["x.json"]) < MOST
    with pytest.raises(ObsError, match=r"board x: has .* bytes"):
        config_map("x", {"text": "x" * MOST}, Setup(), "")


def test_rules_too_large_for_one_object_are_several_with_every_group_once() -> None:
    groups = [{**GROUP, "name": f"g{number}"} for number in range(10)]
    found = prometheus_rules("x", {"groups": groups}, Kubernetes(), "", most=300)
    assert len(found) > 2
    assert [group for value in found for group in value["spec"]["groups"]] == groups
    assert len({value["metadata"]["name"] for value in found}) == len(found)


def changed(**values: Any) -> Content:
    return content(read_setup(Document("obs.generate.toml", "", values)), None)


def test_a_changed_limit_reaches_the_rule_and_its_tests_are_left_out(whole: Content) -> None:
    found = changed(alert={"loop-saturated": {"limits": {"busy": 0.5}, "for": "1h"}})
    (rule,) = [r for g in found.rules["loop"]["groups"] for r in g["rules"] if r.get("alert") == "ObsLoopSaturated"]
    assert "> 0.5" in rule["expr"]
    assert rule["for"] == "1h"
    assert "loop" in whole.tests
    assert "loop" not in found.tests


def test_a_removed_alert_and_panel_are_gone() -> None:
    found = changed(alert={"loop-saturated": {"remove": True}}, board={"obs-cost": {"remove": True}})
    assert "ObsLoopSaturated" not in json.dumps(found.rules["loop"]["groups"][0])
    assert "ObsLoopSaturated.md" not in found.runbooks
    assert "cost" not in found.boards


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"alert": {"loop-saturate": {"for": "1h"}}}, "did you mean loop-saturated?"),
        ({"alert": {"loop-saturated": {"fro": "1h"}}}, '[alert."loop-saturated"], key "fro"'),
        ({"alert": {"loop-saturated": {"severity": "ticket"}}}, "changes nothing: it is so already"),
        ({"board": {"obs-overvew": {"title": "x"}}}, "obs-overview"),
        ({"panel": {"obs-overview/no": {"remove": True}}}, "obs-overview/no"),
    ],
)
def test_a_change_that_does_not_apply_is_an_error_that_names_file_and_key(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ObsError, match=r"obs\.generate\.toml") as error:
        changed(**values)
    assert said in str(error.value)


def test_hastened_rules_are_twenty_times_as_fast() -> None:
    found = changed(rules={"hasten": 0.05})
    assert "[15s]" in json.dumps(found.rules)
    assert found.tests == {}
