"""Lines of instructions, against what the interpreter says."""

from __future__ import annotations

import argparse
import asyncio.base_events
import decimal
import typing
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from obs.profiling.reader.lines import Lines


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes(each)


@pytest.mark.parametrize("module", [argparse, asyncio.base_events, decimal, typing], ids=lambda module: module.__name__)
def test_every_instruction_has_the_line_that_the_interpreter_says(module):
    path = Path(module.__file__)
    for code in codes(compile(path.read_text(), str(path), "exec")):
        lines = Lines(code.co_linetable, code.co_firstlineno)
        wanted = [position[0] or code.co_firstlineno for position in code.co_positions()]
        assert [lines.at(2 * n) for n in range(len(wanted))] == wanted, code


def test_an_instruction_before_the_first_is_in_the_functions_own_line():
    code = codes.__code__
    assert Lines(code.co_linetable, code.co_firstlineno).at(-2) == code.co_firstlineno


def test_a_table_that_is_cut_off_is_no_error():
    table = codes.__code__.co_linetable
    for size in range(len(table)):
        Lines(table[:size], 1).at(10)


def test_lines_that_no_file_has_are_not_sound():
    """Memory that was a table, and is something else by now."""
    table = codes.__code__.co_linetable
    assert Lines(table, 18).are_sound
    assert Lines(table, -1).at(-2) == 0  # some code has no first line
    assert not Lines(table, -1_000_000).are_sound
    assert not Lines(bytes([0x80 | 13 << 3, 0xFF & 0x7F, 0x7F, 0x7F, 0x3F]), 1).are_sound
