"""Frames that bear a name, and leave no trace of themselves."""

from __future__ import annotations

import sys
import traceback

import pytest

from obs.labels import FILE, escape, hide_frame, label


def frames() -> list[tuple[str, str]]:
    frame, found = sys._getframe(1), []
    while frame is not None:
        found.append((frame.f_code.co_name, frame.f_code.co_filename))
        frame = frame.f_back
    return found


def test_the_name_is_on_the_stack_while_the_call_runs() -> None:
    assert ("GET /users/<int:id>", FILE) in label("GET /users/<int:id>")(frames)
    assert all(file != FILE for _, file in frames())


def test_arguments_and_the_result_pass_unchanged() -> None:
    assert label("x")(dict, [("a", 1)], b=2) == {"a": 1, "b": 2}


def test_the_function_keeps_an_ordinary_name_so_that_reprs_of_greenlets_do_not_change() -> None:
    assert label("a name").__name__ == label("another").__name__


def test_tracebacks_show_only_the_service() -> None:
    def fails() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine") as caught:
        label("GET /")(fails)
    assert [f.name for f in traceback.extract_tb(caught.tb)][1:] == ["fails"]


def test_an_exception_that_passes_two_labels_loses_both_frames() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        label("outer")(label("inner"), lambda: 1 / 0)
    assert [f.name for f in traceback.extract_tb(caught.tb)][1:] == ["<lambda>"]


def test_hiding_a_frame_of_an_exception_never_raised_is_harmless() -> None:
    hide_frame(ValueError())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("GET /a;b", "GET /a\\x3bb"),
        ("line\nbreak\x00", "line\\x0abreak\\x00"),
        ("GET /ünï/<int:id>", "GET /ünï/<int:id>"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_name_is_made_fit_for_stacks(name: str, shown: str) -> None:
    assert escape(name) == shown


def test_any_name_makes_a_label() -> None:
    for name in ("", "\ud800", "\x00", "a;b\n" * 100):
        assert label(name)(len, "abc") == 3
