"""What a stack that was read from outside waits for: by the rules that the process itself goes by with obs.

What those look up in a process (the module of a frame, the call that it is in) is told here by the file's path alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from obs.labels import FILE
from obs.profiling.session import Frame
from obs.runtime.waits.classifier import BUILT_IN, DEPTH, OTHER, SOCKET
from obs.runtime.waits.rules import CARRIER, EDGE, HOW, OWN, PASS, UNKNOWN, WHAT
from obs.runtime.waits.table import LOOKED_PAST

_INSTALLED = re.compile(r".*/(?:site-packages|dist-packages|lib/python3\.\d+)/(.+)\.py")


@lru_cache(maxsize=4096)
def module(file: str) -> str:
    """The module of a file: by the folder of packages that it is in, else by its own name alone."""
    found = _INSTALLED.fullmatch(file)
    path = found.group(1) if found else file.rpartition("/")[2].removesuffix(".py")
    return path.removesuffix("/__init__").replace("/", ".")


@lru_cache(maxsize=8192)
def says(file: str, function: str) -> tuple[int, str]:
    """How strongly a frame tells, and what."""
    if file == FILE:
        return EDGE, ""
    rule = BUILT_IN.find(module(file), function)
    if rule is not None:
        return rule.strength, rule.on
    return (PASS if module(file).partition(".")[0] in LOOKED_PAST else UNKNOWN), ""


def waits_for(stack: Sequence[Frame]) -> str:
    """As ``on`` in ``obs_wait_seconds_total``, for a stack whose innermost frame is first. See the classifier."""
    on, least, unknown = "", HOW, ""
    for frame in stack[:DEPTH]:
        strength, said = says(frame.file, frame.function)
        if strength >= least:
            on = said
            if strength >= WHAT:
                return on
            least = strength if strength < WHAT else OWN
        elif strength == UNKNOWN:
            package = module(frame.file).partition(".")[0]
            if on not in ("", SOCKET) or unknown not in ("", package):
                break
            unknown, least = package, CARRIER
        elif strength == EDGE:
            break
    return on or (f"module:{unknown}" if unknown else OTHER)
