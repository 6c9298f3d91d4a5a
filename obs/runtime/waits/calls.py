"""What a parked frame was calling, read from its bytecode.

gevent's events, locks, queues and joins are compiled: parked in one, the innermost frame is the caller's own, and only
its next instruction says what it called. That is read once for each place in the code, and touches no object.
"""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice
from opcode import opmap
from types import CodeType

from obs.runtime.waits.table import CALLS, QUEUES

MOST_UNITS = 8_000
"""Of a function's bytecode, looked at: half a millisecond's worth. Functions beyond 16 kB are machine-made."""

FAR = 300
"""How far before its call a method is looked for, in units: its arguments stand in between."""

_WITH = {opmap[name] for name in ("BEFORE_WITH", "LOAD_SPECIAL") if name in opmap}
_FOR = opmap["FOR_ITER"]
_EXTENDED = opmap["EXTENDED_ARG"]
_ATTRIBUTES = {opmap[name] for name in ("LOAD_ATTR", "LOAD_METHOD") if name in opmap}
_SUPER = opmap.get("LOAD_SUPER_ATTR", -1)  # super().acquire(), from 3.12 on
_GLOBAL = opmap["LOAD_GLOBAL"]
_NAME = opmap["LOAD_NAME"]
_VARIABLES = {
    opmap[name] for name in ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW", "LOAD_DEREF") if name in opmap
}

_ATTRIBUTE_SHIFT = 1 if sys.version_info >= (3, 12) else 0
"""From 3.12 on the lowest bit of LOAD_ATTR's argument says whether a method is meant."""


def primitive(code: CodeType, lasti: int) -> str:
    """What the call at ``lasti`` waits for by its name: ``lock``, ``event`` …; empty if that says nothing."""
    unit = lasti // 2
    if not 0 <= unit < MOST_UNITS:
        return ""
    bytecode = code.co_code
    opcode = bytecode[lasti]
    if opcode in _WITH or (unit and bytecode[lasti - 2] in _WITH):
        return "lock"
    if opcode == _FOR:
        return "queue"
    name, receiver = called(code, unit)
    if receiver in ("hub", "get_hub"):
        return ""  # hub.wait(watcher): somebody's own waiting, for anything
    if name in ("get", "join") and is_queue(receiver):
        return "queue"
    return CALLS.get(name, "")


def is_queue(name: str) -> bool:
    """Whether a variable of this name holds a queue, as people name them."""
    return name.lower().strip("_").endswith(QUEUES)


def called(code: CodeType, unit: int) -> tuple[str, str]:
    """What is called there, and on what: ``("get", "inbox")`` in ``self.inbox.get(timeout=wait.next())``.

    An expression's instructions begin in the source where it begins, and those of its arguments don't. ``("", "")``
    where the code has no columns (``-X no_debug_ranges``).
    """
    positions = deque(islice(code.co_positions(), unit + 1), maxlen=FAR)
    line, _, column, _ = positions.pop() if positions else (None, None, None, None)
    if column is None:
        return "", ""
    found = []
    for back, (its_line, _, its_column, _) in enumerate(reversed(positions), 1):
        if its_line == line and its_column == column and (name := loaded(code, unit - back)):
            found.append(name)
            if len(found) == 2:
                break
    name, receiver, *_ = (*found, "", "")
    return name, receiver


def loaded(code: CodeType, unit: int) -> str:
    """The name that this instruction loads; empty if it loads none."""
    bytecode = code.co_code
    opcode, argument = bytecode[2 * unit], bytecode[2 * unit + 1]
    if unit and bytecode[2 * unit - 2] == _EXTENDED:
        argument |= bytecode[2 * unit - 1] << 8
    if opcode in _ATTRIBUTES:
        return code.co_names[argument >> _ATTRIBUTE_SHIFT]
    if opcode == _SUPER:
        return code.co_names[argument >> 2]
    if opcode == _GLOBAL:
        return code.co_names[argument >> 1]
    if opcode == _NAME:
        return code.co_names[argument]
    if opcode in _VARIABLES:
        return str(code._varname_from_oparg(argument))  # type: ignore[attr-defined]  # noqa: SLF001  as dis does
    return ""
