"""Stacks made up of names: functions compiled to look like a library's, calling each other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType, FunctionType
from typing import Any


def pass_on(inner: Callable[[], Any]) -> Any:
    return inner()


def acquire_it(lock: Any) -> Any:
    return lock.acquire()


class Waiting:
    """Stands for a compiled primitive: its methods leave no frame of their own."""

    def __init__(self, look: Callable[[FrameType], Any]) -> None:
        self.look = look

    def acquire(self, *_args: Any, **_kwargs: Any) -> Any:
        return self.look(sys._getframe(1))

    get = wait = acquire

    @property
    def an_event(self) -> Waiting:
        return self


def stack(look: Callable[[FrameType], Any], *places: str, innermost: Any = acquire_it) -> Any:
    """``look(innermost frame)`` under frames of ``module:function``, the outermost first.

    The innermost calls ``acquire()`` of something compiled, or is ``innermost(Waiting)`` otherwise.
    """
    *outer, inner = places
    function, waiting = named(inner, innermost), Waiting(look)
    call = hidden(lambda: function(waiting))
    for place in reversed(outer):
        call = under(place, call)
    return call()


def under(place: str, call: Callable[[], Any]) -> Callable[[], Any]:
    function = named(place, pass_on)
    return hidden(lambda: function(call))


def hidden(call: Any) -> Any:
    """In a module that is looked past."""
    return FunctionType(call.__code__, {"__name__": "functools"}, closure=call.__closure__)


def named(place: str, template: Any) -> FunctionType:
    """``template`` as a function of that module and qualified name."""
    module, _, qualname = place.partition(":")
    name = qualname.rpartition(".")[2] or "function"
    code = template.__code__.replace(co_name=name, co_qualname=qualname or "function")
    return FunctionType(code, {"__name__": module, "__builtins__": __builtins__})
