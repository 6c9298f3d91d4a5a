"""What the probe finds beside what CPython itself says of its layout: ``_Py_DebugOffsets``, from 3.13 on.

https://github.com/python/cpython/blob/3.13/Include/internal/pycore_runtime.h
"""

from __future__ import annotations

import os
import struct
import sys

import pytest

from obs.profiling.reader import Reader

COOKIE = b"xdebugpy"

SAID = (
    *("version", "free_threaded"),
    *("", "", "interpreters"),
    *("", "", "", "threads", "", "", "", "", "", "", "", "gil_locked", "gil_holder"),
    *("", "", "thread_next", "", "thread_frame", "thread_ident", "thread_native", "", ""),
    *("", "frame_previous", "frame_code", "frame_instruction", "", ""),
    *("", "code_file", "", "code_name", "code_lines", "code_first"),
)
"""Its words, in order, by our names; those that we don't use have none."""


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="the words above are 3.13's")
def test_the_probe_finds_what_the_interpreter_says():
    reader = Reader(os.getpid())
    layout, runtime = reader.layout, reader.base + reader.layout.runtime
    data = reader.memory.read(runtime, 8 + 8 * len(SAID))
    assert data[:8] == COOKIE
    said = dict(zip(SAID, struct.unpack_from(f"<{len(SAID)}Q", data, 8), strict=True))
    assert said.pop("version") >> 16 == 0x30D
    assert said.pop("free_threaded") == 0
    said.pop("")
    found = {name: getattr(layout, name) for name in said} | {"thread_frame": layout.thread_frame[-1]}
    if layout.gil_in == "runtime":  # the main interpreter, which has it, is a part of the runtime
        inside = reader._threads.interpreter - runtime
        found |= {name: found[name] - inside for name in ("gil_locked", "gil_holder")}
    assert found == said
