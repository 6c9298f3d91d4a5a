"""The body of an answer: passed on untouched, watched until its ``close()``.

PEP 3333 servers look at what they get: a list of one item gets a Content-Length, a file wrapper is sent by sendfile.
So only what gives nothing away is wrapped: iterables without a length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from obs.http.long_lived import SERVER_SENT_EVENTS, is_event_stream
from obs.http.request import Environ, Request
from obs.labels import hide_frame


def watch(request: Request, result: Any, environ: Environ) -> Any:
    """What to give the server in place of ``result``. Finishes the request now if its end can't be watched."""
    if _must_pass(result, environ):
        request.finish()
        return result
    if is_event_stream(request.headers or []):
        request.lives_long(SERVER_SENT_EVENTS)
    return Body(request, result)


def _must_pass(result: Any, environ: Environ) -> bool:
    if hasattr(result, "__len__") or not hasattr(result, "__iter__"):
        return True  # sequences, and tokens such as gunicorn's ALREADY_HANDLED
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(result, wrapper)


class Body:
    """A body that the service's code may make while it is sent: each step runs as the request, under its label."""

    __slots__ = ("_exhausted", "_next", "_request", "_result")

    def __init__(self, request: Request, result: Iterable[bytes]) -> None:
        request.plain = False  # its last part may not come
        self._request = request
        self._result = result
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
            chunk = request.step(self._next)
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
            request.disconnected = not self._exhausted and request.error is None and request.may_have_body
            request.finish()
