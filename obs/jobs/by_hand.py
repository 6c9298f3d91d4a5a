"""``obs.work``: a Work that the service opens itself, where obs knows no framework that would."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar

from obs.errors import fault
from obs.jobs.delivery import deliver
from obs.jobs.message import Message, clean
from obs.jobs.opened import Opened
from obs.jobs.sorts import sorts
from obs.labels import hide_frame
from obs.work import Kind, Work, current

F = TypeVar("F", bound=Callable[..., Any])


def work(kind: Kind, name: str, *, queue: str = "", received: Mapping[str, str] | None = None) -> ByHand:
    """A job or a request of your own: for ``with``, and as a decorator.

    ``name`` is one of few: never an id or an argument. ``queue`` is where a job came from, if from a queue, and
    ``received`` what its message brought along, as ``obs.extract`` has it: its trace goes on, and its time in the queue
    is counted. A request is named as obs names its own, ``METHOD /route``, and counts as one of HTTP: 200, or 500 if an
    exception escaped, unless the body sets ``status`` of the Work that ``with`` gives it.

    What escapes the body makes the work failed, and goes on untouched. While obs is off this does nothing. Raises
    TypeError and ValueError here, for what can't be a work; nothing later.
    """
    check(kind, name, queue)
    return ByHand(kind, name, queue, clean(received))


def job(name: str, *, queue: str = "") -> ByHand:
    """A worker's function: each of its calls is a job of that name. The same as ``obs.work("job", …)``."""
    return work("job", name, queue=queue)


def check(kind: object, name: object, queue: object) -> None:
    """Raise if these can't be a work."""
    for what, value in (("name", name), ("queue", queue)):
        if not isinstance(value, str):
            raise TypeError(f"obs.work: the {what} is a {type(value).__name__}, not a str")
    if kind not in ("request", "job"):
        raise ValueError(f'obs.work: {kind!r} is no kind of work; write "job" or "request"')
    if not str(name).strip():
        raise ValueError("obs.work: the name is empty")
    if kind == "request" and not re.fullmatch(r"[A-Z]+ /.*", str(name), re.DOTALL):
        raise ValueError(f'obs.work: a request is called METHOD /route, such as "GET /users/<id>", not {name!r}')


class ByHand:
    """What :func:`work` returns: may be used again, in several greenlets at once, and inside itself."""

    def __init__(self, kind: Kind, name: str, queue: str, received: dict[str, str]) -> None:
        self.kind: Kind = kind
        self.name = name
        self.message = Message(name, queue, headers=received)
        self._open: list[Opened] = []

    def __enter__(self) -> Work:
        """Open one, and make it current. While obs is off: a Work that nobody sees."""
        opened = self._begin()
        if opened is None:
            return Work(self.kind, self.name)
        self._open.append(opened)
        return opened

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._open:
            here = current.get()
            opened = here if here in self._open else self._open[-1]  # else it was opened in another context
            self._open.remove(opened)
            end(opened, error)

    def __call__(self, function: F) -> F:
        """``function``, each call of which is such a work; its frame in every stack bears the work's name.

        Raises TypeError for a generator function: it would be over before its first step.
        """
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(f"obs.work: {function.__qualname__} makes a generator; write `with obs.work(…):` inside it")
        around = self._awaiting if inspect.iscoroutinefunction(function) else self._calling
        return wraps(function)(around(function))  # type: ignore[return-value]  # it is called as the function is

    def _calling(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            opened = self._begin()
            try:
                result = function(*args, **kwargs) if opened is None else opened.sort.label(function, *args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                end(opened, error)
                raise
            end(opened)
            return result

        return call

    def _awaiting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            opened = self._begin()
            try:
                result = await function(*args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                end(opened, error)
                raise
            end(opened)
            return result

        return call

    def _begin(self) -> Opened | None:
        """A new Work, open and current; None while obs is off, or if obs fails."""
        try:
            if self.kind == "job":
                return deliver(self.message)
            here = sorts()
            if here is None:
                return None
            opened = Opened(here.request(self.name))
            opened.open(self.message.carrier())
        except Exception:
            fault("jobs: the opening of a Work")
            return None
        return opened


def end(opened: Opened | None, error: BaseException | None = None) -> None:
    """Close it, if obs is on. Never raises."""
    try:
        if opened is not None:
            opened.close(error)
    except Exception:
        fault("jobs: the close of a Work")
