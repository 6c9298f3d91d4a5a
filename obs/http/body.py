"""The body of an answer: passed on untouched, watched until its ``close()``.

PEP 3333 servers look at what they get: a list of one item gets a Content-Length, a file wrapper is sent by sendfile.
So only what gives nothing away is wrapped: iterables without a length.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from obs.http.long_lived import SERVER_SENT_EVENTS, is_event_stream
from obs.http.request import Environ, Request
from obs.labels import hide_frame


def watch(request: Request, result: Any, environ: Environ) -> Any:
    """What to give the server in place of ``result``. Finishes the request now if its end can't be watched."""
    if type(result) not in _watchable:
        if _must_pass(result, environ):
            request.finish()
            return result
        if len(_watchable) < 64:
            _watchable.add(type(result))
    if not request.streamed:
        return WholeBody(request, result)
    if is_event_stream(request.headers or []):
        request.lives_long(SERVER_SENT_EVENTS)
    return StreamedBody(request, result)


_watchable: set[type] = set()
"""Types of results known to be watchable: the framework's iterator, nearly always."""


def _must_pass(result: Any, environ: Environ) -> bool:
    if hasattr(result, "__len__") or not hasattr(result, "__iter__"):
        return True  # sequences, and tokens such as gunicorn's ALREADY_HANDLED
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(result, wrapper)


class WholeBody:
    """A body whose bytes are there already: iterated at the framework's own speed, then closed."""

    __slots__ = ("_request", "_result")

    def __init__(self, request: Request, result: Iterable[bytes]) -> None:
        self._request = request
        self._result = result

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._result)

    def close(self) -> None:
        request = self._request
        request.executing = True  # call_on_close functions are the service's
        try:
            close = getattr(self._result, "close", None)
            if close is not None:
                close()
        except BaseException as error:
            hide_frame(error)
            request.failed(error)
            raise
        finally:
            request.executing = False
            request.disconnected = request.error is None and self._left_early()
            request.finish()

    def _left_early(self) -> bool:
        """Whether the server closes the body because it couldn't write to the client."""
        return isinstance(sys.exc_info()[1], OSError)


class StreamedBody(WholeBody):
    """A body that the service's code makes while it is sent: each step runs as the request, under its label."""

    __slots__ = ("_exhausted", "_next")

    def __init__(self, request: Request, result: Iterable[bytes]) -> None:
        super().__init__(request, result)
        self._next: Any = None
        self._exhausted = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        request = self._request
        request.executing = True
        try:
            if self._next is None:
                self._next = iter(self._result).__next__
            chunk: bytes = request.step(self._next)
        except StopIteration:
            self._exhausted = True
            raise
        except BaseException as error:
            hide_frame(error)
            request.failed(error)
            raise
        else:
            return chunk
        finally:
            request.executing = False

    def _left_early(self) -> bool:
        return not self._exhausted and self._request.may_have_body
