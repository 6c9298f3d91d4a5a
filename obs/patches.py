"""Patching other people's attributes, and taking it back exactly.

A table of :class:`Patch` drives both directions. Rules that hold for every patch in obs:

- a replacement looks like the original (name, module, signature);
- undoing leaves the owner as it was, down to whether the attribute was its own or inherited;
- what somebody else patched over ours is left alone: ours turns into a pass-through under theirs, and that is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from inspect import getattr_static
from types import FunctionType, ModuleType
from typing import Any

from obs.errors import fault, log

_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Patch:
    """Replace ``owner.name`` with ``make(original)``.

    The owner is a module, a class or an instance. ``make`` gets the callable itself, also where a class holds it as a
    static or class method, and returns a plain function, so that it can be turned into a pass-through.
    """

    owner: Any
    name: str
    make: Callable[[Any], Any]

    def __str__(self) -> str:
        owner = self.owner
        if isinstance(owner, ModuleType):
            return f"{owner.__name__}.{self.name}"
        cls = owner if isinstance(owner, type) else type(owner)
        return f"{cls.__module__}.{cls.__qualname__}.{self.name}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A patch that is in place."""

    patch: Patch
    original: Any
    """The callable that ``make`` got, which a pass-through calls."""
    own: Any
    """What the owner's own namespace held, or nothing if the attribute was inherited."""
    function: Any
    """What ``make`` returned."""
    installed: Any
    """What the owner holds now: the function, or the descriptor around it."""


def apply(patches: Iterable[Patch]) -> list[Applied]:
    """Apply each patch in order. All or nothing: if one fails, those before it are undone and its error is raised."""
    applied: list[Applied] = []
    try:
        for patch in patches:
            applied.append(_apply(patch))  # noqa: PERF401  what is applied so far must be known if one fails
    except BaseException:
        undo(applied)
        raise
    return applied


def undo(applied: Sequence[Applied]) -> list[str]:
    """Undo in reverse order; returns the patches that somebody else has covered, which now only pass through.

    Undoing twice is harmless, and a fault in one patch doesn't keep the others.
    """
    covered = []
    for one in reversed(applied):
        try:
            if not _undo(one):
                covered.append(str(one.patch))
        except Exception:
            fault("patches.undo")
    if covered:
        log.warning("obs: patched by somebody else since, so obs only passes through there: %s", ", ".join(covered))
    return covered


def _apply(patch: Patch) -> Applied:
    owner, name = patch.owner, patch.name
    own = _own(owner, name)
    held = own if own is not _MISSING else _inherited(owner, name)
    method = isinstance(held, staticmethod | classmethod) and isinstance(owner, type)
    original = held.__func__ if method else held
    function = patch.make(original)
    if isinstance(function, FunctionType):
        update_wrapper(function, original)
    installed = type(held)(function) if method else function
    setattr(owner, name, installed)
    return Applied(patch, original, own, function, installed)


def _undo(one: Applied) -> bool:
    """Whether the attribute is as it was before."""
    owner, name = one.patch.owner, one.patch.name
    now = _own(owner, name)
    if now is one.installed:
        if one.own is _MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, one.own)
        return True
    if now is one.own:
        return True
    pass_through(one.function, one.original)
    return False


def _own(owner: Any, name: str) -> Any:
    """What the owner itself holds under the name, as it is held (a descriptor stays one), or ``_MISSING``."""
    return getattr(owner, "__dict__", {}).get(name, _MISSING)


def _inherited(owner: Any, name: str) -> Any:
    """A class inherits what its bases hold; an instance gets the method bound, since its own would not be."""
    return getattr_static(owner, name) if isinstance(owner, type) else getattr(owner, name)


def pass_through(function: Any, original: Any) -> None:
    """Make every holder of ``function`` call ``original`` from now on, at no cost before: its code is exchanged.

    A switch that each call looks at would do the same for 100 ns a call. Calls under way end with the old code.
    """
    if isinstance(function, FunctionType):
        # A function's code must have as many free variables as it has cells; the pass-through reads none of them.
        code = _through.__code__.replace(co_freevars=function.__code__.co_freevars)
        function.__defaults__ = None
        function.__kwdefaults__ = {"obs_original": original}
        function.__code__ = code


def _through(*args: Any, obs_original: Any, **kwargs: Any) -> Any:
    return obs_original(*args, **kwargs)
