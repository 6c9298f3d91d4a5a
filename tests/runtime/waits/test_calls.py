"""What a call calls, by its bytecode: compared with what its source says."""

from __future__ import annotations

import argparse
import ast
import dis
import http.client
import logging
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from obs.runtime.waits.calls import called, is_queue, primitive


def names_in(source: str) -> dict[tuple[int, int], str]:
    """What is called, by where the call ends."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            found[node.end_lineno, node.end_col_offset] = name
    return found


def calls_in(code: CodeType) -> Iterator[tuple[CodeType, int, tuple[int, int]]]:
    """``(code, offset, where it ends)`` of each call, in functions within functions too."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("CALL", "CALL_KW"):
            yield code, instruction.offset, instruction.positions[1:4:2]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from calls_in(constant)


@pytest.mark.parametrize("module", [argparse, http.client, logging, subprocess, threading], ids=lambda m: m.__name__)
def test_a_call_is_known_by_its_name(module: ModuleType):
    """In 99 of 100; the ends of ``with`` blocks, asserts and comprehensions end where other calls do."""
    source = Path(module.__file__).read_text()
    names = names_in(source)
    said = [
        (called(code, offset // 2)[0], names[end])
        for code, offset, end in calls_in(compile(source, module.__name__, "exec"))
        if end in names
    ]
    said = [(found, name) for found, name in said if found]
    assert len(said) > 200
    wrong = [(found, name) for found, name in said if not found.endswith(name)]  # endswith: self.__name
    assert len(wrong) <= len(said) / 100, wrong


@pytest.mark.parametrize("name", ["queue", "job_queue", "_queue", "q", "_q", "jobq", "inbox", "self_inbox_", "Jobs"])
def test_a_queue_is_called_so(name):
    assert is_queue(name)


@pytest.mark.parametrize("name", ["", "result", "queued", "greenlet", "job"])
def test_others_are_not(name):
    assert not is_queue(name)


@pytest.mark.parametrize("lasti", [-1, -2, 1 << 20])
def test_a_place_outside_the_code_says_nothing(lasti):
    """A frame that has not begun has -1."""
    assert primitive(is_queue.__code__, lasti) == ""
