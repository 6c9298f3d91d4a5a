"""Keys change what is asked for, and nothing else."""

from __future__ import annotations

from functools import reduce

import pytest

from obs.cli.top.sorts import SORTS
from obs.cli.top.state import KEYS, Scope, State, press

NAMES = ["GET /a", "GET /b", "GET /c"]


def after(*keys: str, state: State | None = None) -> State:
    return reduce(lambda state, key: press(state, key, NAMES), keys, state or State())


def test_each_sort_has_its_first_letter_as_its_key() -> None:
    for sort in SORTS:
        assert after(sort[0]).sort == sort
    assert len({sort[0] for sort in SORTS}) == len(SORTS)


def test_the_bar_moves_and_stays_on_its_row_when_the_order_changes() -> None:
    state = after("down")
    assert state.selected == "GET /b"
    assert press(state, "down", ["GET /b", "GET /x"]).selected == "GET /x"


@pytest.mark.parametrize(
    ("keys", "selected"),
    [(("up",), "GET /a"), (("end",), "GET /c"), (("end", "down"), "GET /c"), (("end", "home"), "GET /a"),
     (("pagedown",), "GET /c"), (("j", "j", "k"), "GET /b")],
)  # fmt: skip
def test_the_bar_stops_at_both_ends(keys: tuple[str, ...], selected: str) -> None:
    assert after(*keys).selected == selected


def test_without_rows_no_key_does_harm() -> None:
    for key in [*KEYS, "up", "down", "enter", "end", "x", "right"]:
        assert press(State(), key, []).opened == ""


def test_enter_opens_the_row_under_the_bar_and_esc_closes_it() -> None:
    assert after("enter").opened == "GET /a"
    opened = after("down", "enter")
    assert opened.opened == "GET /b"
    assert after("esc", state=opened) == State(selected="GET /b")


def test_beside_an_open_work_are_the_next_and_the_previous() -> None:
    assert after("enter", "down").opened == "GET /b"
    assert after("enter", "down", "down", "up", "esc").selected == "GET /b"


def test_enter_on_a_team_shows_its_works_and_esc_all_teams_again() -> None:
    state = press(State(by="team", filter="a"), "enter", ["media"])
    assert (state.by, state.scope, state.filter) == ("work", Scope("team", "media"), "")
    back = press(state, "esc", NAMES)
    assert (back.by, back.scope, back.selected) == ("team", None, "media")


def test_a_filter_is_typed_and_keys_in_it_are_text() -> None:
    state = after("/", "q", "?", " ", "é")
    assert (state.filter, state.typing, state.done, state.help, state.paused) == ("q? é", True, False, False, False)
    assert after("enter", state=state).filter == "q? é"
    assert not after("enter", state=state).typing


def test_esc_takes_the_filter_away_typed_or_kept() -> None:
    assert after("/", "a", "esc") == State()
    assert after("/", "a", "enter", "esc") == State()


def test_backspace_takes_the_last_character_and_then_the_filter() -> None:
    assert after("/", "a", "b", "backspace").filter == "a"
    assert after("/", "a", "backspace", "backspace") == State()


def test_space_pauses_and_goes_on_also_in_a_work() -> None:
    assert after(" ").paused
    assert not after(" ", " ").paused
    assert after("enter", " ").paused


def test_any_key_closes_the_help_and_does_nothing_else() -> None:
    assert after("?").help
    assert after("?", "c") == State()


def test_rows_and_clocks_go_round() -> None:
    assert [after(*"g" * times).by for times in range(4)] == ["work", "feature", "team", "work"]
    assert [after(*"u" * times).unit for times in range(4)] == ["each", "cores", "share", "each"]


@pytest.mark.parametrize("before", [(), ("enter",), ("?",)])
def test_q_quits_from_everywhere(before: tuple[str, ...]) -> None:
    assert after(*before, "q").done


def test_unknown_keys_do_nothing() -> None:
    assert after("x", "right", "\t") == State()
