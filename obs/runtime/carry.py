"""What follows the start of concurrent work: the current Work, and OpenTelemetry's current context.

Only these two. A copy of the whole context would make ``flask.has_request_context()`` true in a child and keep the
request's objects alive in one that lives long (measured).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context, ContextVar
from functools import lru_cache, partial
from typing import Any
from weakref import ref

from obs.errors import fault
from obs.labels import hide_frame, label
from obs.runtime import accounting, otel
from obs.work import Work, current

label_of = lru_cache(maxsize=8192)(label)
"""The label of a Work's name. Bounded: a service that makes names up pays 3 µs for each again, not memory."""

covered: ContextVar[bool] = ContextVar("obs.runtime.covered", default=False)
"""True while a start is under way whose caller has seen to the carrying: what it starts underneath must start bare.

A patched ``Thread.start`` spawns a Greenlet, an executor's ``submit`` starts a worker that outlives the Work.
"""


def _nothing() -> None:
    """A weak reference to nothing."""


_recent: Callable[[], Carried | None] = _nothing


class Carried:
    """What was current where the work was started.

    The children that hold it keep it alive, and while they do, :func:`capture` hands out the same one: each child of a
    fan-out then costs 0.55 µs, not 1.3, and one object for the garbage collector to count, not five.
    """

    __slots__ = ("__weakref__", "_context", "_last", "otel", "work")

    def __init__(self, work: Work | None, context: Any) -> None:
        self.work = work
        self.otel = context
        """OpenTelemetry's context, or None where OpenTelemetry is not imported."""
        self._context = Context()
        self._context.run(self._set)
        self._last: Callable[[], Looking | None] = _nothing

    def enter(self) -> None:
        """Make it current here, for good."""
        self._set()
        accounting.changed()

    def _set(self) -> None:
        if self.work is not None:
            current.set(self.work)
        if self.otel:
            otel.variable().set(self.otel)  # type: ignore[union-attr]  # it was found to fill the field

    def context(self) -> Context:
        """A context of its own for a new greenlet, with what is carried and nothing else."""
        return self._context.copy()

    def labelled(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """``call`` under a frame named after the Work; ``call`` itself if there is none, or no label can be made."""
        if self.work is None:
            return call
        last = self._last()
        if last is not None and last.args[0] is call:
            return last
        try:
            looking = Looking(label_of(self.work.name), call)
        except Exception:
            fault("runtime.label")
            return call
        looking.carried = self
        self._last = ref(looking)
        return looking

    def over(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """``call`` for a thread that may serve others before and after: labelled, with what is carried current."""
        return Looking(_run, self.labelled(call), self)


class Looking(partial[Any]):
    """``Looking(around, call, …)`` runs ``around(call, …)`` and looks like ``call``.

    gevent, threading and their logs read a callable's name, ``__self__`` and repr. A partial adds no frame of its own.
    """

    __slots__ = ("carried",)
    carried: Carried
    """Whom it keeps alive, if anybody."""

    @property
    def __wrapped__(self) -> Any:
        return self.args[0]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.args[0], name)

    def __repr__(self) -> str:
        return repr(self.args[0])


def capture() -> Carried | None:
    """What is worth carrying from here; None outside a Work and outside any OpenTelemetry context.

    Hot: it is all that a spawn outside a Work pays for. Never raises.
    """
    global _recent
    try:
        work = current.get()
        variable = otel.variable()
        context = None if variable is None else variable.get()
        if (work is None and not context) or covered.get():
            return None
        recent = _recent()
        if recent is None or recent.work is not work or recent.otel is not context:
            recent = Carried(work, context)
            _recent = ref(recent)
    except Exception:
        fault("runtime.capture")
        return None
    return recent


def cover(start: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """``start(*args, **kwargs)``, with everything that it starts underneath left bare."""
    before = covered.set(True)
    try:
        return start(*args, **kwargs)
    finally:
        covered.reset(before)


def _run(call: Callable[..., Any], carried: Carried, /, *args: Any, **kwargs: Any) -> Any:
    """Not ``Context.run``: a worker thread's context is the service's, with what its initializer set there.

    The former values are set again rather than reset by token, because a token refuses if ``call`` changed the context.
    """
    variable = otel.variable() if carried.otel is not None else None
    work_before, otel_before = current.get(), variable and variable.get()
    current.set(carried.work)
    accounting.changed()
    if variable is not None:
        variable.set(carried.otel)
    try:
        return call(*args, **kwargs)
    except BaseException as error:
        hide_frame(error)
        raise
    finally:
        current.set(work_before)
        accounting.changed()
        if variable is not None:
            variable.set(otel_before)
