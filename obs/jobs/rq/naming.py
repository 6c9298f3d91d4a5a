"""What an RQ job is called: the function that it calls, with the class if that is a method."""

from __future__ import annotations

import json
import pickletools
import re
from typing import Any


def name_of(job: Any) -> str:
    """``tasks.notify``, ``mail.Sender.send``. Reads the job's arguments: raises what that raises."""
    function, instance = job.func_name, job.instance
    if instance is None:
        return str(function)
    kind = instance if isinstance(instance, type) else type(instance)
    return f"{kind.__module__}.{kind.__qualname__}.{function}"


def name_in(data: bytes) -> str:
    """The same from a job's data as Redis holds it; "" if it can't be told.

    For who must not read the arguments, since that imports the service's modules and runs what pickles say: the worker
    that only forks, and the one that finds jobs of others abandoned.
    """
    try:
        return _pickled(data) if data[:1] == b"\x80" else str(json.loads(data)[0])
    except Exception:
        return ""  # another serializer's, or damaged: the worker that runs it will say so


FUNCTION = re.compile(rb"\x80[\x04\x05]\x95.{8}\(\x8c(.)([!-~]+)\x94N", re.DOTALL)
"""Of a function, and no method, with a short name: PROTO, FRAME, MARK, SHORT_BINUNICODE, MEMOIZE, NONE."""


def _pickled(data: bytes) -> str:
    """Of a pickled tuple: the function's name, then None or what the method is called on."""
    found = FUNCTION.match(data)
    if found and len(found[2]) == found[1][0]:
        return found[2].decode()
    texts: list[str] = []
    for operation, argument, _ in pickletools.genops(data):
        if operation.name == "NONE":
            return texts[0]
        if operation.name == "STACK_GLOBAL":
            return f"{texts[-2]}.{texts[-1]}.{texts[0]}"
        if operation.name == "GLOBAL":
            return f"{str(argument).replace(' ', '.', 1)}.{texts[0]}"
        if isinstance(argument, str):
            texts.append(argument)
    return ""
