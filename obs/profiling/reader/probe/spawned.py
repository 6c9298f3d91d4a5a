"""Where gevent's own greenlets keep what: their number, and the place where they were spawned."""

from __future__ import annotations

from importlib import import_module  # gevent is the target's: nothing of obs's own process imports it here
from typing import Any

from obs.profiling.reader.probe.words import common, number, one

SIZE = 256


def spawned() -> dict[str, Any]:
    """Raises ImportError, AttributeError, NotFoundError."""
    make: Any = import_module("gevent").Greenlet
    some = [spawn_here(make), spawn_there(make), make(int)]
    numbered = large(make)
    places = [each.spawning_stack for each in some]
    lines = [{at for at in range(16, 64, 4) if number(id(f) + at, 4) == f.f_lineno} for f in places]
    return {
        "spawned_number": common("a greenlet's number", [(id(g), id(g.minimal_ident)) for g in numbered], SIZE),
        "spawned_at": common("where a greenlet was spawned", [(id(g), id(g.spawning_stack)) for g in some], SIZE),
        "place_code": common("the code of a place", [(id(f), id(f.f_code)) for f in places], 64),
        "place_line": one("the line of a place", lines),
        "place_next": common("the next place", [(id(f), id(f.f_back)) for f in places], 64),
        **small_numbers(),
    }


def spawn_here(make: Any) -> Any:
    return make(int)


def spawn_there(make: Any) -> Any:
    return make(
        int,
    )


def large(make: Any) -> list[Any]:
    """Some whose numbers are objects of their own."""
    made = [make(int) for _ in range(4)]
    for each in made:
        _ = each.minimal_ident
    return made


def small_numbers() -> dict[str, Any]:
    """Where an int has its first digit: below 2**30 that is all of it."""
    some = [1000 + 77 * n for n in range(3)]
    return {
        "int_digit": one(
            "the digits of an int", [{at for at in range(16, 40, 4) if number(id(v) + at, 4) == v} for v in some]
        )
    }
