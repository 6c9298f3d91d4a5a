"""Bytes become keys, however the line cuts them."""

from __future__ import annotations

import pytest

from obs.cli.top.keys import Keys

SENT = [
    (b"\x1b[A", ["up"]),
    (b"\x1bOB", ["down"]),
    (b"\x1b[5~", ["pageup"]),
    (b"\x1b[6;2~", ["pagedown"]),
    (b"\x1b[1;5A", ["up"]),
    (b"\x1b[H\x1bOF", ["home", "end"]),
    (b"\x1b[1~\x1b[8~", ["home", "end"]),
    (b"\r\n", ["enter", "enter"]),
    (b"\x7f\x08", ["backspace", "backspace"]),
    (b"\x04", ["q"]),
    ("é/✓".encode(), ["é", "/", "✓"]),
    (b"\x1b[15~\x1b[24~x", ["x"]),
    (b"\xff", ["\ufffd"]),
]


@pytest.mark.parametrize(("sent", "keys"), SENT)
def test_what_terminals_send(sent: bytes, keys: list[str]) -> None:
    assert Keys().feed(sent) == keys


@pytest.mark.parametrize(("sent", "keys"), SENT)
def test_byte_by_byte_it_is_the_same(sent: bytes, keys: list[str]) -> None:
    reader = Keys()
    assert [key for at in range(len(sent)) for key in reader.feed(sent[at : at + 1])] == keys


def test_esc_alone_is_known_when_nothing_follows() -> None:
    reader = Keys()
    assert reader.feed(b"\x1b") == []
    assert reader.pending
    assert reader.flush() == ["esc"]
    assert not reader.pending


def test_esc_before_a_character_is_two_keys() -> None:
    assert Keys().feed(b"\x1bq") == ["esc", "q"]


def test_the_beginning_of_a_sequence_that_never_ends_is_not_kept_for_ever() -> None:
    reader = Keys()
    assert reader.feed(b"\x1b[1") == []
    assert reader.flush() == ["esc", "[", "1"]
