"""Which call blocks: C functions leave no frame, so it is read from the instruction that the innermost frame is at.

The instruction's position gives the source of the call, the source its function's name, and the module's globals what
that name stands for. Locals are not looked at: on 3.11 and 3.12 that would keep the service's objects alive.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from functools import lru_cache
from inspect import getattr_static
from itertools import islice
from pathlib import Path
from types import BuiltinFunctionType, CodeType, MethodDescriptorType, ModuleType, WrapperDescriptorType
from typing import Any, NamedTuple

from obs.runtime.blocks import known
from obs.runtime.blocks.shots import Place, is_library

CALL = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
"""A call in a line of source, where its position is not known."""

LONGEST = 4000
"""Characters of source that are parsed for one call."""


class Call(NamedTuple):
    """What the innermost frame is in."""

    name: str
    """``time.sleep``; as the source has it if it can't be found out what that is."""
    kind: str
    """As :mod:`obs.runtime.blocks.known` has it; empty if it is not known."""


NONE = Call("", "")


@lru_cache(maxsize=1024)
def at(place: Place) -> Call:
    """The call that a frame is in, or is the work of; :data:`NONE` for ordinary Python. Half a millisecond, once."""
    try:
        source = callee(place.code, place.lasti)
    except Exception:  # source that has changed since, or that no parser reads
        source = ""
    return call_of(source, place.module, place.code.co_name, library=is_library(place.code.co_filename))


@lru_cache(maxsize=256)
def on_line(file: str, line: int, function: str) -> Call:
    """The same for a frame of which only the line is known: the first call of a known kind on it."""
    module = module_of(file)
    found = [call_of(name, module, function, library=False) for name in CALL.findall(lines(file, line, line))]
    first = next((call for call in found if call.kind), NONE)
    return first if first.kind else call_of("", module, function, library=is_library(file))


def call_of(source: str, module: str, function: str, *, library: bool) -> Call:
    """By what ``source`` stands for in ``module``; else by the module, if it is a library's; else by the method."""
    name = full_name(source, module) if source else ""
    if name and (kind := known.of_name(name)):
        return Call(name, kind)
    if library and (kind := known.of_module(module)):
        return Call(f"{module}.{function}", kind)
    receiver, _, method = source.rpartition(".")
    if not name and receiver and (kind := known.METHODS.get(method, "")):
        return Call(source, kind)
    return Call(name or source, "")


def callee(code: CodeType, lasti: int) -> str:
    """The source of the function that the instruction calls, such as ``cursor.execute``; empty if it calls none."""
    line, end_line, start, end = next(islice(code.co_positions(), lasti // 2, None), (None,) * 4)
    if line is None or end_line is None or start is None or end is None:
        return ""
    source = lines(code.co_filename, line, end_line).encode()
    last = len(source) - len(source.splitlines()[-1]) - source.endswith(b"\n") if source else 0
    expression = source[start : last + end]
    if not expression or len(expression) > LONGEST:
        return ""
    node = ast.parse(b"(" + expression + b")", mode="eval").body
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def lines(file: str, first: int, last: int) -> str:
    """Those lines of a file, numbered from 1; empty if it can't be read."""
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as source:
            return "".join(islice(source, first - 1, last))
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=256)
def module_of(file: str) -> str:
    """The name of the module that was loaded from a file; empty if there is none here."""
    found = (name for name, module in list(sys.modules.items()) if getattr(module, "__file__", None) == file)
    return next(found, "")


def full_name(source: str, module: str) -> str:
    """The full name of the C function or type that ``source`` stands for in a module; empty if it can't be told."""
    found = look_up(source.split("."), vars(sys.modules[module]) if module in sys.modules else {})
    match found:
        case BuiltinFunctionType():
            owner = found.__self__ if not isinstance(found.__self__, ModuleType | None) else None
            home = type(owner).__module__ if owner is not None else found.__module__
            return f"{home}.{found.__qualname__}"
        case MethodDescriptorType() | WrapperDescriptorType():
            return f"{found.__objclass__.__module__}.{found.__qualname__}"
        case type():
            return f"{found.__module__}.{found.__qualname__}"
    return ""


def look_up(names: list[str], namespace: dict[str, Any]) -> Any:
    """What a dotted name stands for, without running any code of anybody's; None if it can't be told."""
    first, *rest = names
    found = namespace.get(first, vars(builtins).get(first))
    for name in rest:
        if found is None:
            return None
        if isinstance(found, ModuleType):
            found = vars(found).get(name)
        else:
            found = getattr_static(found if isinstance(found, type) else type(found), name, None)
    return found
