"""Trees, what is hot in them, and the one thing to know."""

from __future__ import annotations

import pytest

from obs.profiling.headline import leading
from obs.profiling.hot import NOWHERE, functions, hottest, spots, waited_for
from obs.profiling.options import EVERYTHING, Options
from obs.profiling.session import Frame, Session
from obs.profiling.stacks import Stack
from obs.profiling.tree import by_line, tree, tree_of
from obs.profiling.utilisation import utilisation
from obs.profiling.works import by_view, rows
from tests.profiling.sessions import EXPORT, ITER, chat

F, G = Frame("f", "/app/a.py", 1), Frame("g", "/app/a.py", 9)


def one(*frames: Frame, weight: float = 1.0, work: str = "GET /a", on: str = "") -> Stack:
    return Stack(frames, work, weight, on=on)


def test_a_node_has_its_own_seconds_and_those_below_it() -> None:
    root = tree([one(F), one(F, G, weight=2.0)], "cpu")
    (f,) = root.ranked
    assert (root.weight, f.weight, f.own, f.ranked[0].own) == (3.0, 3.0, 1.0, 2.0)


def test_the_lines_of_a_function_are_one_node_unless_asked() -> None:
    stacks = [one(F), one(F._replace(line=2), weight=5.0)]
    (node,) = tree(stacks, "cpu").ranked
    assert (node.lines, node.line) == ({1: 1.0, 2: 5.0}, 2)
    assert len(tree(stacks, "cpu", by_line).ranked) == 2


def test_a_walk_gives_parents_first_the_heaviest_first_and_places_side_by_side() -> None:
    root = tree([one(F), one(G, weight=2.0), one(G, F, weight=3.0)], "cpu")
    assert [(d, left, node.frame.function) for d, left, node in root.walk()] == [
        (0, 0, "cpu"),
        (1, 0, "g"),
        (2, 0, "f"),
        (1, 5, "f"),
    ]


def test_a_stack_of_two_thousand_frames_is_no_recursion() -> None:
    deep = [Frame(f"f{n}", "/app/a.py", n) for n in range(2000)]
    assert sum(1 for _ in tree([one(*deep)], "cpu").walk()) == 2001


def test_the_tree_of_a_session_is_scaled_and_begins_with_works_without_the_idle_hub() -> None:
    root = tree_of(chat(), "cpu")
    assert root.ranked[0].frame.function == "GET /export/<int:id>"
    assert root.ranked[0].weight == pytest.approx(11.8)
    assert not any(node.frame.file.endswith("hub.py") for _, _, node in root.walk())


def test_the_hottest_spot_is_in_the_services_own_code_and_says_what_it_calls() -> None:
    spot = spots(by_view(chat(), EVERYTHING)["cpu"])[0]
    assert spot.frame == EXPORT
    assert max(spot.leaves) == ITER


def test_a_hot_function_of_many_lines_is_one_spot() -> None:
    spread = [one(F._replace(line=line), weight=0.2) for line in range(1, 9)]
    assert spots([one(G), *spread])[0].frame.function == "f"


def test_a_recursive_function_is_counted_once() -> None:
    (f,) = functions([one(F, F, F)])
    assert (f.weight, f.own) == (1.0, 1.0)


def test_of_a_helper_that_several_share_it_is_told_who_calls_it_most() -> None:
    h, library = Frame("h", "/app/b.py", 3), Frame("call", "/venv/lib/python3.11/site-packages/x/y.py", 1)
    (spot,) = spots([one(F, library, h, h), one(G, h, library, weight=2.0), one(h)])
    assert (spot.frame, spot.caller) == (h, G)
    (spot,) = spots([one(F, h), one(F._replace(line=5), h)])
    assert spot.caller is None, "it has one caller only: that is no news"


def test_what_is_waited_for_is_summed() -> None:
    assert waited_for([one(F, on="sql"), one(G, on="sql"), one(F, on="redis")]) == [("sql", 2.0), ("redis", 1.0)]


def test_held_in_no_sample_is_no_cause_and_no_place() -> None:
    starved = Stack((), "GET /a", 9.0, 0)
    assert leading({"cpu": [one(F)], "held": [starved]}) == "cpu"
    assert leading({"held": [starved]}) == "held", "if nothing else is known"
    assert hottest([starved, one(F, weight=0.5)]).frame == F  # type: ignore[union-attr]
    assert hottest([starved]).frame == NOWHERE  # type: ignore[union-attr]
    assert hottest([]) is None


def test_one_line_that_holds_the_loop_leads_before_many_that_compute_a_little() -> None:
    lines = [one(Frame(f"view_{i}", "/srv/app.py"), weight=0.5) for i in range(10)]
    assert leading({"cpu": lines, "held": [one(F, weight=3.0)]}) == "held"
    assert leading({"cpu": [*lines, one(G, weight=3.5)], "held": [one(F, weight=3.0)]}) == "cpu"


@pytest.mark.parametrize(
    ("seconds", "view"),
    [
        ({"cpu": 5, "held": 1, "delay": 20, "wait": 10}, "cpu"),  # delay is what the CPU did to others
        ({"cpu": 1, "held": 5, "delay": 20, "wait": 10}, "held"),
        ({"cpu": 1, "held": 1, "delay": 1, "wait": 10}, "wait"),
        ({"delay": 3}, "delay"),
        ({"wait": 3}, "wait"),
        ({}, ""),
    ],
)
def test_the_leading_view_is_the_cause(seconds: dict[str, float], view: str) -> None:
    places = {"wait": G}
    assert leading({name: [one(places.get(name, F), weight=weight)] for name, weight in seconds.items()}) == view


@pytest.mark.parametrize(
    ("own", "wait", "view"),
    [
        (F._replace(line=9), F, "cpu"),  # computes on one line, and waits on another
        (F, F, "wait"),  # a call for each of many rows: each wait ends in line
        (F, G, "cpu"),
    ],
)
def test_who_computes_in_order_to_wait_is_told_of_the_waits(own: Frame, wait: Frame, view: str) -> None:
    found = {
        "cpu": [one(own, weight=3.5)],
        "held": [one(F, weight=1.7)],
        "delay": [one(F, weight=8.2)],
        "wait": [one(wait, weight=11.2)],
    }
    assert (leading(found, 0.6), leading(found, 0.9)) == (view, view)


def test_more_computing_than_waiting_on_a_line_is_computing() -> None:
    assert leading({"cpu": [one(F, weight=5.0)], "wait": [one(F, weight=4.0)]}) == "cpu"


def test_works_that_queue_for_a_busy_loop_are_told_who_holds_it() -> None:
    found = {"cpu": [one(F)], "held": [one(F, weight=2.0)], "wait": [one(G, weight=30.0)]}
    assert (leading(found, 0.3), leading(found, 0.9)) == ("wait", "held")


def test_idle_workers_that_wait_are_not_the_headline() -> None:
    assert leading({"cpu": [one(F)], "wait": [one(F, weight=100.0, work="(unattributed)")]}) == "cpu"


def test_works_that_took_most_of_the_loop_come_first_and_nobodys_last() -> None:
    found = rows(chat(), by_view(chat(), EVERYTHING))
    assert found[0].work == "GET /export/<int:id>"
    assert found[0].calls == 41
    assert found[-1].work == "(obs)"


def test_only_what_is_asked_for() -> None:
    found = by_view(chat(), Options(view="cpu", work="EXPORT"))
    assert list(found) == ["cpu"]
    assert {stack.work for stack in found["cpu"]} == {"GET /export/<int:id>"}


def test_utilisation_is_exact_where_the_accounts_know_and_sampled_where_not() -> None:
    assert utilisation(chat()) == pytest.approx(17.6 / 22.6, abs=0.01)
    exact = Session(
        totals={"(idle)": {"wait": 6.0}, "GET /a": {"cpu": 3.0, "held": 1.0, "wait": 90.0}, "(threads)": {"cpu": 9.0}}
    )
    assert utilisation(exact) == pytest.approx(0.4)
    assert utilisation(Session()) is None
