"""Names of others do nothing to a terminal."""

from __future__ import annotations

import pytest

from obs import printable


@pytest.mark.parametrize("hostile", ["\x1b]0;title\x07", "\x9b2J", "a\rb", "\u202egnp.exe", "\udc80", "\x00"])
def test_what_acts_is_replaced(hostile: str) -> None:
    for said in (printable.line(hostile), printable.lines(hostile)):
        assert said.isprintable()
        assert said.encode()
        assert len(said) == len(hostile)


def test_a_name_stays_in_its_line_and_a_report_keeps_its_lines() -> None:
    assert printable.line("a\nb") == "a�b"
    assert printable.lines("a\nb\n") == "a\nb\n"


def test_what_people_write_stays() -> None:
    assert printable.line("GET /straße/日本語/🦜") == "GET /straße/日本語/🦜"
