"""The queries of a board: where they stand, and with which values of its variables they are asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from obs.errors import ObsError
from obs.generate.queries import Prometheus, choose, panels, targets

BOARD: dict[str, Any] = {
    "title": "API",
    "panels": [
        {"id": 1, "title": "Rate", "targets": [{"refId": "A", "expr": "a"}, {"refId": "B", "expr": "", "hide": True}]},
        {"id": 2, "type": "row", "title": "More", "panels": [{"id": 3, "targets": [{"expr": "c", "instant": True}]}]},
        {"id": 4, "type": "text", "title": "Read"},
    ],
    "templating": {
        "list": [
            {"type": "datasource", "name": "datasource", "query": "prometheus"},
            {"type": "query", "name": "service", "query": {"query": "label_values(up, service)"}, "multi": True},
            {
                "type": "query",
                "name": "work",
                "query": 'label_values(works{service=~"$service"}, work)',
                "includeAll": True,
                "allValue": ".+",
            },
            {"type": "custom", "name": "window", "query": "5m, 1h", "current": {"value": "1h"}},
            {"type": "query", "name": "id", "query": "query_result(users)", "regex": '/id="(?<value>.*?)"/'},
        ]
    },
    "annotations": {"list": [{"name": "Grafana's own"}, {"name": "Deploys", "expr": "changes(v[1m]) > 0"}]},
}


class Recorded(Prometheus):
    """Answers from a table, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__("http://prometheus.test")
        self.asked: list[tuple[str, str | None]] = []

    def label_values(self, label: str, match: str | None = None) -> list[str]:
        self.asked.append((label, match))
        return {"service": ["chat-api", "other"], "work": ["GET /a"]}[label]

    def instant(self, expr: str, at: float | None = None) -> list[dict[str, Any]]:
        return [{"metric": {"__name__": expr, "id": name}, "value": [1.0, "1"]} for name in ("7", "8", "7")]


def test_every_query_is_found_and_says_where_it_stands() -> None:
    found = list(targets(BOARD))
    assert [(one.kind, one.place, one.expr) for one in found] == [
        ("panel", "API: Rate: A", "a"),
        ("panel", "API: : A", "c"),
        ("variable", "API: $service", "label_values(up, service)"),
        ("variable", "API: $work", 'label_values(works{service=~"$service"}, work)'),
        ("variable", "API: $id", "query_result(users)"),
        ("annotation", "API: Deploys", "changes(v[1m]) > 0"),
    ]
    assert [one.instant for one in found[:2]] == [False, True]
    assert [panel["id"] for panel in panels(BOARD)] == [1, 2, 3, 4]


def test_variables_are_what_is_wanted_else_the_default_else_what_there_is() -> None:
    prometheus = Recorded()
    values = choose(BOARD, prometheus, {"service": "other"})
    assert values == {"datasource": "prometheus", "service": "other", "work": ".+", "window": "1h", "id": "7"}
    assert prometheus.asked == [("work", 'works{service=~"other"}')]
    assert choose(BOARD, Recorded())["service"] == "chat-api"


def test_all_without_a_value_of_its_own_is_every_option() -> None:
    variable = {"type": "query", "name": "s", "query": "label_values(service)", "includeAll": True}
    board = {"templating": {"list": [variable]}}
    assert choose(board, Recorded()) == {"s": ["chat-api", "other"]}


class Answer:
    def __init__(self, body: str) -> None:
        self.body = body

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read(self) -> str:
        return self.body


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, list[str]]]]:
    seen: list[tuple[str, dict[str, list[str]]]] = []

    def urlopen(request: Any, timeout: float) -> Answer:
        parts = urlsplit(request.full_url)
        seen.append((parts.path, parse_qs((request.data or b"").decode() or parts.query)))
        result = {"resultType": "scalar", "result": [5.0, "2"]} if "query" in parts.path else ["a"]
        return Answer(json.dumps({"data": result}))

    monkeypatch.setattr("obs.generate.queries.prometheus.urlopen", urlopen)
    return seen


def test_prometheus_is_asked_by_post_where_it_may_be_long(asked: list[tuple[str, dict[str, list[str]]]]) -> None:
    prometheus = Prometheus("http://prometheus.test/prefix/")
    assert prometheus.instant("2", 5.0) == [{"metric": {}, "value": [5.0, "2"]}]
    assert prometheus.label_values("job", "up") == ["a"]
    assert asked == [
        ("/prefix/api/v1/query", {"query": ["2"], "time": ["5.0"]}),
        ("/prefix/api/v1/label/job/values", {"match[]": ["up"]}),
    ]


@pytest.mark.parametrize("url", ["prometheus:9090", "file:///etc/passwd", ""])
def test_what_is_no_url_is_said(url: str) -> None:
    with pytest.raises(ObsError, match="write it like http://prometheus:9090"):
        Prometheus(url)


def test_a_prometheus_that_is_not_there_is_said() -> None:
    with pytest.raises(ObsError, match=r"http://127\.0\.0\.1:1: doesn't answer like a Prometheus"):
        Prometheus("http://127.0.0.1:1", timeout=2.0).instant("up")
