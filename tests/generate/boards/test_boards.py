"""What holds of every board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from obs.generate.boards.board import Board
from obs.generate.boards.colours import CLOCKS
from obs.generate.boards.grafana.columns import fixed
from obs.generate.boards.grafana.frame import identity
from obs.generate.boards.panel import Panel, Table, Text, TimeSeries
from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import document
from obs.generate.queries.interpolate import builtins, interpolate
from obs.generate.queries.target import targets
from obs.generate.rules.record import Record
from obs.generate.rules.registry import GROUPS
from obs.metrics import catalog
from obs.metrics.metric import Metric

PACKAGE = Path(catalog.__file__).parent.parent
PROMETHEUS_OWN = {"up", "ALERTS", "scrape_duration_seconds", "scrape_samples_scraped"}
PANELS = [pytest.param(b, p, id=f"{b.name}.{p.key}") for b in BOARDS for p in b.panels]

every_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
every_panel = pytest.mark.parametrize(("board", "panel"), PANELS)


def test_the_boards_are_these_and_their_uids_are_short_and_unique() -> None:
    uids = [board.uid for board in BOARDS]
    names = ("overview", "api", "endpoint", "jobs", "gevent", "cost", "slo", "self")
    assert uids == [f"obs-{name}" for name in names]
    assert all(len(uid) <= 40 for uid in uids)


@every_panel
def test_a_panel_says_what_it_means_and_in_which_unit(board: Board, panel: Panel) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", panel.key)
    assert panel.title
    assert len(panel.description) > 10
    assert panel.description.endswith(".")
    assert panel.unit
    assert isinstance(panel, Text | Table) or panel.queries


@every_board
def test_keys_and_ids_are_unique(board: Board) -> None:
    keys = [panel.key for panel in board.panels]
    ids = [panel["id"] for panel in document(board)["panels"]]
    assert len(set(keys)) == len(keys)
    assert len(set(ids)) == len(ids)


def test_ids_are_these_for_ever() -> None:
    assert identity("overview", "services") == 1276704113
    assert identity("api", "endpoints") == 943877741


@every_board
def test_each_row_is_full(board: Board) -> None:
    assert {sum(panel.width for panel in row.panels) for row in board.rows} == {24}


@pytest.mark.parametrize("table", [panel for board in BOARDS for panel in board.panels if isinstance(panel, Table)])
def test_a_table_shows_all_its_columns_in_a_window_of_1440_pixels(table: Table) -> None:
    """Grafana gives at least 150 pixels to a column without a width, and what has no room is beyond the edge."""
    shared = [label for label in (table.wide or table.by[:1]) if label not in table.hidden]
    room = (1440 - 32) * table.width / 24 - 24
    assert sum(fixed(table)) + 150 * len(shared) <= room


@every_board
def test_what_matters_stands_first(board: Board) -> None:
    first = board.rows[0]
    assert first.height <= 4
    assert not first.title


def names_in(expr: str) -> Iterator[str]:
    """The names of series that ``expr`` reads."""
    values = builtins(15, 3600, 15) | dict.fromkeys(re.findall(r"\$(\w+)", expr), ".+")
    values |= {"target": "0.25"}
    yield from of_node(promql_parser.parse(interpolate(expr, values | builtins(15, 3600, 15))))


def of_node(node: Any) -> Iterator[str]:
    for selector in re.finditer(r"([a-zA-Z_:][\w:]*)\{", node.prettify()):
        yield selector[1]


@every_board
def test_every_query_parses_and_reads_only_what_the_catalog_and_the_rules_have(board: Board) -> None:
    metrics = [item for item in vars(catalog).values() if isinstance(item, Metric)]
    parts = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
    known = {m.name + part for m in metrics for part in parts.get(m.kind, ("",))}
    known |= {rule.name for group in GROUPS for rule in group.rules if isinstance(rule, Record)} | PROMETHEUS_OWN
    asked = [target for target in targets(document(board)) if target.kind != "variable"]
    assert asked
    for target in asked:
        found = set(names_in(target.expr))
        assert found <= known, target.place
        assert found or target.expr.startswith("vector("), target.place


@every_board
def test_a_rates_window_follows_the_scrape(board: Board) -> None:
    for target in targets(document(board)):
        for window in re.findall(r"\brate\([^\[]*\[([^\]]+)\]", target.expr):
            assert window == "$__rate_interval", target.place


@every_board
def test_no_plain_topk_over_time(board: Board) -> None:
    for target in targets(document(board)):
        if target.kind == "panel" and not target.instant and "topk" in target.expr:
            assert "@ end()" in target.expr, target.place


@every_board
def test_one_comes_from_board_to_board_with_the_time_and_what_is_chosen(board: Board) -> None:
    found = document(board)
    (link,) = found["links"]
    assert (link["keepTime"], link["includeVars"], link["tags"]) == (True, True, ["obs"])
    assert "obs" in found["tags"]
    names = [variable["name"] for variable in found["templating"]["list"]]
    assert names[:7] == ["datasource", "env", "service", "team", "feature", "version", "instance"]


@every_board
def test_a_link_leads_to_a_board_that_is_there_with_variables_that_it_has(board: Board) -> None:
    has = {b.uid: {"datasource", *(variable.name for variable in b.variables)} for b in BOARDS}
    for panel in board.panels:
        for link in panel.links:
            uid = re.match(r"/d/([\w-]+)\?", link.url)
            assert uid
            assert set(re.findall(r"var-(\w+)=", link.url)) <= has[uid[1]]
            assert "${__url_time_range}" in link.url
            if isinstance(panel, Table):
                assert set(re.findall(r"__data\.fields\.(\w+)", link.url)) <= set(panel.by)


@every_board
def test_deploys_are_marked(board: Board) -> None:
    assert [note["name"] for note in document(board)["annotations"]["list"]] == ["deploys"]


def test_the_four_clocks_have_the_colours_of_our_own_pages() -> None:
    palette = (PACKAGE / "profiling/render/page/palette.css").read_text()
    dark = dict(re.findall(r"--(cpu|held|delay|wait): light-dark\(#\w+, (#\w+)\)", palette))
    assert dark == CLOCKS


@every_panel
def test_the_clocks_have_their_colours_everywhere(board: Board, panel: Panel) -> None:
    if isinstance(panel, TimeSeries) and any(query.legend == "{{state}}" for query in panel.queries):
        assert panel.colours
