"""Where the runtime keeps its interpreters, threads, and who holds the GIL."""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import pythonapi
from itertools import pairwise
from typing import Any

from obs.profiling.reader.memory import Memory, words
from obs.profiling.reader.probe.frames import Waiting, frame_path, of_frame
from obs.profiling.reader.probe.words import NotFoundError, base_of, one, places, word

for _name in ("PyInterpreterState_Head", "PyInterpreterState_ThreadHead", "PyThreadState_Next", "PyThreadState_Get"):
    getattr(pythonapi, _name).restype = ctypes.c_void_p
pythonapi.PyInterpreterState_ThreadHead.argtypes = [ctypes.c_void_p]
pythonapi.PyThreadState_Next.argtypes = [ctypes.c_void_p]

LARGEST = 1 << 20
"""Bytes that the runtime's and an interpreter's state have at most."""


def states(interpreter: int) -> list[int]:
    """The states of all threads, the newest first."""
    found = [pythonapi.PyInterpreterState_ThreadHead(interpreter)]
    while (following := pythonapi.PyThreadState_Next(found[-1])) is not None:
        found.append(following)
    return found


def threads(waiting: Waiting, own: int) -> dict[str, Any]:
    """All that leads to the threads. ``own``: where a frame object points to its frame."""
    runtime = ctypes.addressof(ctypes.c_char.in_dll(pythonapi, "_PyRuntime"))
    interpreter = pythonapi.PyInterpreterState_Head()
    every = states(interpreter)
    ident = [threading.get_ident(), *(thread.ident or 0 for thread in waiting.threads)]
    native = [threading.get_native_id(), *(thread.native_id or 0 for thread in waiting.threads)]
    where = one("a thread's id", [{at for at in range(0, 512, 8) if {word(s + at) for s in every} == set(ident)}])
    state_of = {word(state + where): state for state in every}
    mine = [state_of[each] for each in ident]
    inner = [of_frame(stack[0], own) for stack in waiting.stacks()]
    file, base = base_of(runtime)
    return {
        "runtime_file": file,
        "runtime": runtime - base,
        "interpreters": one("the interpreters", [places(runtime, interpreter, 1 << 14)]),
        "threads": one("the threads", [places(interpreter, every[0], 1 << 14)]),
        "thread_next": one("the next thread", [places(a, b) for a, b in pairwise(every)]),
        "thread_ident": where,
        "thread_native": one("a thread's number", map(places, mine, native)),
        "thread_context": one("a thread's context", map(places, mine[1:], map(id, waiting.contexts))),
        "thread_frame": frame_path(list(zip(mine[1:], inner, strict=True))),
        **gil(runtime, interpreter, mine[0]),
    }


def gil(runtime: int, interpreter: int, mine: int) -> dict[str, Any]:
    """Who holds the GIL, or held it last; and whether anybody does.

    A read that lets go of the GIL sees it free, and one that keeps it sees it held: so they are told apart.
    """
    for name, start in (("runtime", runtime), ("interpreter", interpreter)):
        held, free = (snapshot(start, keep=keep) for keep in (True, False))
        for at, word_held in enumerate(words(held)):
            if word_held == mine and words(free)[at] == mine and (locked := flag(held, free, 8 * at)):
                return {"gil_in": name, "gil_holder": 8 * at, "gil_locked": locked}
    raise NotFoundError("who holds the GIL")


def snapshot(start: int, *, keep: bool) -> bytes:
    return Memory(os.getpid(), keep_gil=keep).pages(start, LARGEST)


def flag(held: bytes, free: bytes, near: int) -> int:
    """The four bytes just before or after that were 1 and became 0; 0 if there are none."""
    changed = (b"\1\0\0\0", b"\0\0\0\0")
    near_ones = range(max(near - 16, 0), near + 24, 4)
    return next((at for at in near_ones if (held[at : at + 4], free[at : at + 4]) == changed), 0)
