"""Who kept names from before gevent patched them: ``from ssl import SSLContext`` too early is out of gevent's reach.

Something always imports ssl, threading or socket early, which does no harm by itself: gevent changes the modules in
place. What it can't change is another module's global that was bound to the original before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple, TypedDict


class Holder(TypedDict):
    """A module's global that gevent can't reach any more."""

    module: str
    library: bool
    """Whether the module is an installed one, not the service's own."""
    attribute: str
    original: str
    """``ssl.SSLContext``"""
    how: str
    """``imported`` (from ssl import SSLContext), ``subclass``, or ``instance`` (made before the patch)."""


def saved() -> dict[str, dict[str, Any]]:
    """gevent's table of what it replaced: module -> attribute -> original. Empty if it patched nothing."""
    monkey = sys.modules.get("gevent.monkey")
    return getattr(monkey, "saved", {})


class Replaced(NamedTuple):
    """What gevent replaced in the modules that may block the loop."""

    originals: dict[int, str]
    """``ssl.SSLContext``, by the identity of the original."""
    replacements: set[int]
    """The identities of what stands there now; some are subclasses of their originals."""


def replaced() -> Replaced:
    """Read gevent's table. What it saved and then changed in place is no original, and left out."""
    found = Replaced({}, set())
    for module, names in sorted(saved().items(), reverse=True):  # threading's names before those of _thread
        now = vars(sys.modules[module]) if module in BLOCKING and module in sys.modules else {}
        for name, value in names.items():
            if callable(value) and name in now and now[name] is not value and f"{module}.{name}" not in HARMLESS:
                found.originals.setdefault(id(value), f"{module}.{name}")
                found.replacements.add(id(now[name]))
    return found


BLOCKING = frozenset({"socket", "ssl", "threading", "_thread", "select", "selectors", "time", "subprocess", "queue"})
"""Modules whose originals hold up the loop; of the others (os, signal, sys) no service keeps names."""

HARMLESS = {"queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "socket.create_connection", "threading.Event"}
"""Originals in Python that look names up in their patched module when they are called, and so wait as a greenlet does
(tried on 3.11 to 3.13 with gevent 26.9; an original Thread's ``join`` never returns there before 3.13)."""
if sys.version_info >= (3, 13):
    HARMLESS |= {"threading.Thread", "threading.Timer"}


def holders() -> Iterator[Holder]:
    """Every global of the service's and its libraries' modules that is an original, a subclass or a lock of one.

    The standard library is left out: much of it is always imported before any patch, and what matters in it gevent
    mends itself.
    """
    known = replaced()
    if not known.originals:
        return
    for name, module in modules():
        library = "-packages" in (getattr(module, "__file__", None) or "")
        for attribute, value in list(vars(module).items()):
            if found := held(name, value, known):
                original, how = found
                yield Holder(module=name, library=library, attribute=attribute, original=original, how=how)


def modules() -> Iterator[tuple[str, ModuleType]]:
    """The modules to search, each once under its first name (requests.packages.urllib3 is urllib3)."""
    seen = set()
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        if isinstance(module, ModuleType) and id(module) not in seen and top not in LEFT_OUT:
            seen.add(id(module))
            yield name, module


LEFT_OUT = sys.stdlib_module_names - {"__main__"} | {"gevent", "greenlet", "gunicorn", "obs", "sitecustomize"}
"""Top-level names. gunicorn imports itself before its gevent worker patches, and lives with that."""


def held(module: str, value: Any, known: Replaced) -> tuple[str, str] | None:
    """The original that ``value`` keeps, and how; None if it keeps none. Runs no code of the value's."""
    if id(value) in known.originals:
        return known.originals[id(value)], "imported"
    if issubclass(type(value), type) and vars(value).get("__module__") == module:
        return inherited(value, known)
    return instance(type(value), known)


def instance(kind: type, known: Replaced) -> tuple[str, str] | None:
    """The original that ``kind`` is: a lock's type has no name that gevent replaces before 3.13."""
    if kind.__module__ == "_thread" and kind.__name__ in ("lock", "RLock"):
        return f"threading.{'RLock' if kind.__name__ == 'RLock' else 'Lock'}", "instance"
    return (known.originals[id(kind)], "instance") if id(kind) in known.originals else None


def inherited(kind: type, known: Replaced) -> tuple[str, str] | None:
    """The original that ``kind`` derives from directly, not by way of the replacement."""
    bases = [id(base) for base in type.mro(kind)]
    if known.replacements.intersection(bases):
        return None
    return next(((known.originals[base], "subclass") for base in bases if base in known.originals), None)
